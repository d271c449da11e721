package io.weirflow.connectors.jdbc;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes rows to a table, exactly once. */
final class JdbcSink implements SinkConnector {

    private static final String UPSERT = "upsert";
    private static final String FROM_OUTSIDE =
            "a password does not belong into a pipeline's file: write ${NAME} or ${file:/run/secrets/NAME}";

    private final Drivers drivers;
    private final Pools pools;

    JdbcSink(Drivers drivers, Pools pools) {
        this.drivers = drivers;
        this.pools = pools;
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(
                OptionSpec.required("url", Type.TEXT, "the database, such as jdbc:postgresql://host/name")
                        .asSecret(),
                OptionSpec.required("table", Type.TEXT, "the table, or schema.table, exactly as it is called there"),
                OptionSpec.withDefault(
                                "mode",
                                Type.TEXT,
                                "append",
                                "append: each row is inserted; upsert: it replaces the one with the same key")
                        .choices("append", UPSERT),
                OptionSpec.optional("key", Type.TEXTS, "columns that tell rows apart, for upsert"),
                OptionSpec.optional("user", Type.TEXT, "who logs in").asSecret(),
                OptionSpec.optional("password", Type.TEXT, "as ${NAME} or ${file:…}")
                        .asSecret(),
                OptionSpec.withDefault("create", Type.FLAG, false, "makes the table when it is absent"));
    }

    @Override
    public List<OptionProblem> check(Options options, RowType rowType) {
        List<OptionProblem> problems = new ArrayList<>();
        if (options.values().get("url") instanceof String url) {
            if (!url.startsWith("jdbc:")) {
                problems.add(new OptionProblem("url", "must begin with 'jdbc:', such as jdbc:postgresql://host/name"));
            }
            if (url.toLowerCase(Locale.ROOT).contains("password=")) {
                problems.add(new OptionProblem("url", FROM_OUTSIDE));
            }
            checkMode(options, url, problems);
        }
        if (options.values().get("password") instanceof String) {
            problems.add(new OptionProblem("password", FROM_OUTSIDE));
        }
        String table = options.optionalText("table").orElse("");
        if (table.isBlank() || table.startsWith(".") || table.endsWith(".")) {
            problems.add(new OptionProblem("table", "must name a table"));
        }
        checkKey(options, rowType, problems);
        return problems;
    }

    private static void checkMode(Options options, String url, List<OptionProblem> problems) {
        if (upserts(options) && url.startsWith("jdbc:") && !Dialect.of(url).upserts()) {
            problems.add(new OptionProblem("mode", "upsert works with jdbc:postgresql only"));
        }
    }

    private static void checkKey(Options options, RowType rowType, List<OptionProblem> problems) {
        List<String> key = options.texts("key");
        if (upserts(options) == key.isEmpty()) {
            problems.add(new OptionProblem(
                    "key",
                    key.isEmpty()
                            ? "'mode: upsert' needs the columns that tell rows apart"
                            : "is for 'mode: upsert'; rows that are appended need none"));
        }
        for (String column : key) {
            int index = rowType.indexOf(column);
            if (index >= 0 && !tellsRowsApart(rowType.column(index).type())) {
                problems.add(new OptionProblem(
                        "key",
                        "column '" + column + "' is "
                                + rowType.column(index).type().sql() + ", which is no key"));
            }
            if (index < 0) {
                problems.add(new OptionProblem(
                        "key",
                        "there is no column '" + column + "'; there are "
                                + String.join(
                                        ", ",
                                        rowType.columns().stream()
                                                .map(c -> c.name())
                                                .toList())));
            }
        }
        if (new HashSet<>(key).size() != key.size()) {
            problems.add(new OptionProblem("key", "names a column twice"));
        }
    }

    private static boolean tellsRowsApart(DataType type) {
        return type instanceof DataType.Decimal || type instanceof Scalar && type != Scalar.VARBINARY;
    }

    private static boolean upserts(Options options) {
        return options.optionalText("mode").orElse("append").equals(UPSERT);
    }

    @Override
    public Guarantee best() {
        return Guarantee.EXACTLY_ONCE;
    }

    @Override
    public boolean takesFormat() {
        return false;
    }

    /** {@inheritDoc} A database that is away is waited for; the table is looked at when it answers. */
    @Override
    public void prepare(SinkContext context) {
        Target target = target(context);
        drivers.of(target.login().url(), target.where());
        if (target.upsert() && !target.dialect().upserts()) {
            throw ConnectorException.fatal(target.where() + "'mode: upsert' works with jdbc:postgresql only");
        }
    }

    @Override
    public SinkWriter open(SinkContext context, int partition) {
        Target target = target(context);
        ProgressTable.Key key =
                new ProgressTable.Key(context.pipeline(), context.sink(), partition, context.instance());
        return new JdbcWriter(target, key, pools.lease(target.login(), target.dialect(), target.where()));
    }

    private static Target target(SinkContext context) {
        Options options = context.options();
        Login login =
                new Login(resolve(context, "url").orElse(""), resolve(context, "user"), resolve(context, "password"));
        return new Target(
                "jdbc sink '" + context.sink() + "': ",
                login,
                options.text("table"),
                upserts(options),
                options.texts("key"),
                options.flag("create", false),
                context.rowType());
    }

    private static Optional<String> resolve(SinkContext context, String option) {
        Object value = context.options().values().get(option);
        return value instanceof SecretRef secret
                ? Optional.of(context.secrets().resolve(secret))
                : context.options().optionalText(option);
    }
}
