package io.weirflow.language.check;

import io.weirflow.api.definition.Grouping;
import io.weirflow.api.definition.OperatorDefinition;
import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.SelectItem;
import io.weirflow.api.definition.StageDefinition;
import io.weirflow.api.definition.StageSettings;
import io.weirflow.api.definition.Text;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import io.weirflow.language.check.CheckedPipeline.Operation;
import io.weirflow.language.check.CheckedPipeline.Placement;
import io.weirflow.language.check.CheckedPipeline.Ref;
import io.weirflow.language.check.CheckedPipeline.Settings;
import io.weirflow.language.check.CheckedPipeline.StageEntry;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks an entry of {@code stages} over the rows of its inputs. */
final class StageChecker {

    private static final int DEFAULT_SLOTS = 4;
    private static final int MAX_SLOTS = 1024;
    private static final int MAX_STANDBYS = 8;
    private static final Pattern CLASS_NAME = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*)*");
    private static final Pattern JAR_NAME = Pattern.compile("[^/\\\\]+\\.jar");

    private final Scalars scalars;
    private final Expressions expressions;
    private final StreamChecker streams;
    private final AlertChecker alerts;
    private final GroupChecker groups;
    private final CallChecker calls;
    private final Names names;
    private final Problems problems;
    private final @Nullable Integer defaultStandbys;

    /** @param standby of stages that do not say it themselves; null for none */
    StageChecker(
            Scalars scalars,
            Expressions expressions,
            StreamChecker streams,
            ConnectorChecker connectors,
            Names names,
            Problems problems,
            @Nullable Text standby) {
        this.scalars = scalars;
        this.expressions = expressions;
        this.streams = streams;
        this.alerts = new AlertChecker(scalars, expressions, problems);
        this.groups = new GroupChecker(scalars, expressions, alerts, problems);
        this.calls = new CallChecker(scalars, streams, connectors, alerts, problems);
        this.names = names;
        this.problems = problems;
        this.defaultStandbys = standbys(standby, "the pipeline");
    }

    /** Returns how many standbys a slot has where nothing else is said. */
    int defaultStandbys() {
        return defaultStandbys == null ? 0 : defaultStandbys;
    }

    /** Returns null when what is written is wrong. */
    private @Nullable Integer standbys(@Nullable Text written, String owner) {
        Long number =
                written == null ? Long.valueOf(0) : scalars.number(written, "'standby' of " + owner, 0, MAX_STANDBYS);
        return number == null ? null : number.intValue();
    }

    /**
     * What is known of a stage.
     *
     * @param entry null when something is wrong
     * @param rows of its results; null when not known
     * @param late of its late rows; null when it has none, or they are not known
     */
    record Checked(
            @Nullable StageEntry entry,
            @Nullable Rows rows,
            @Nullable Rows late) {}

    /** @param input null when it is not known, which was reported */
    Checked check(StageDefinition stage, List<Ref> from, @Nullable Rows input) {
        return new Run(stage, from).check(input);
    }

    /** Returns whether the stage has a stream of late rows. */
    static boolean hasLate(StageDefinition stage) {
        Grouping grouping = stage.grouping();
        return grouping.window() != null && !WindowChecker.isCount(grouping.window());
    }

    /** One stage. */
    private final class Run {
        private final StageDefinition stage;
        private final List<Ref> from;
        private final String owner;
        private final List<Operation> before = new ArrayList<>();
        private final List<Operation> after = new ArrayList<>();
        private boolean sound = true;

        Run(StageDefinition stage, List<Ref> from) {
            this.stage = stage;
            this.from = from;
            this.owner = "stage '" + stage.name().value() + "'";
        }

        Checked check(@Nullable Rows input) {
            checkKind();
            Settings settings = settings();
            if (input == null) {
                checkWithoutRows();
                return new Checked(null, null, null);
            }
            Rows filtered = where(input);
            Rows output;
            Placement placement;
            if (isGroup()) {
                GroupChecker.Checked group = groups.check(stage, filtered, owner);
                placement = add(after, group.operation(), new Placement.ByKey(group.key()));
                output = group.rows();
            } else if (stage.alert() != null) {
                AlertChecker.Checked alert = alerts.check(stage.alert(), stage.name(), select(filtered, before), owner);
                placement = add(after, alert.operation(), new Placement.ByKey(alert.key()));
                output = alert.rows();
            } else if (stage.operator() != null) {
                Rows selected = select(filtered, before);
                List<Integer> key = keyBy(selected);
                output = operator(stage.operator(), selected, key);
                placement = stage.settings().keyBy() == null ? new Placement.AnySlot() : new Placement.ByKey(key);
            } else if (stage.call() != null) {
                CallChecker.Checked call = calls.check(stage.call(), select(filtered, before), owner);
                Placement byKey = new Placement.ByKey(call.key());
                placement = add(after, call.operation(), call.key().isEmpty() ? new Placement.AnySlot() : byKey);
                output = call.rows();
            } else if (stage.settings().keyBy() != null) {
                placement = new Placement.ByKey(keyBy(filtered));
                output = select(filtered, after);
            } else {
                placement = new Placement.Anywhere();
                output = select(filtered, before);
            }
            if (output != null && !(placement instanceof Placement.Anywhere && (settings == null || settings.fuse()))) {
                output = output.shuffled();
            }
            Rows late = hasLate(stage) ? filtered.shuffled() : null;
            if (!sound || settings == null || output == null || !input.broken().isEmpty()) {
                return new Checked(null, output, late);
            }
            StageEntry entry =
                    new StageEntry(stage.name().value(), from, input.type(), before, placement, after, settings);
            return new Checked(entry, output, late);
        }

        /** What can be said while the columns are not known. */
        private void checkWithoutRows() {
            groups.checkWithoutRows(stage.grouping(), owner);
            if (stage.alert() != null) {
                alerts.checkWithoutRows(stage.alert(), owner);
            }
            if (stage.call() != null) {
                calls.checkWithoutRows(stage.call(), owner);
            }
        }

        private boolean isGroup() {
            return stage.grouping().groupBy() != null || stage.grouping().window() != null;
        }

        private Placement add(List<Operation> operations, @Nullable Operation operation, Placement placement) {
            if (operation == null) {
                sound = false;
            } else {
                operations.add(operation);
            }
            return placement;
        }

        private void checkKind() {
            for (Text key : stage.unbuilt()) {
                sound = false;
                String message =
                        "'" + key.value() + "' of " + owner + " is specified but not built yet in this version";
                problems.add(ProblemCode.NOT_BUILT, key.place(), message);
            }
            List<String> kinds = new ArrayList<>();
            if (isGroup()) {
                kinds.add(stage.grouping().groupBy() != null ? "group_by" : "window");
            }
            if (stage.alert() != null) {
                kinds.add("alert");
            }
            if (stage.operator() != null) {
                kinds.add("operator");
            }
            if (stage.call() != null) {
                kinds.add("call");
            }
            if (kinds.size() > 1) {
                conflict(
                        stage.name().place(),
                        "'" + kinds.get(0) + "' and '" + kinds.get(1) + "' do not go together in " + owner
                                + "; make two stages of it");
            }
            Grouping grouping = stage.grouping();
            if (!isGroup() && grouping.having() != null) {
                conflict(grouping.having().place(), "'having' of " + owner + " needs 'group_by' or 'window'");
            }
            if (grouping.allowedLateness() != null && !hasLate(stage)) {
                conflict(
                        grouping.allowedLateness().place(),
                        "'allowed_lateness' of " + owner + " needs a window of time");
            }
            List<Text> keyBy = stage.settings().keyBy();
            if (keyBy != null && (isGroup() || stage.alert() != null || stage.call() != null)) {
                Place place =
                        keyBy.isEmpty() ? stage.name().place() : keyBy.get(0).place();
                conflict(
                        place,
                        "'key_by' of " + owner + " is not needed: '" + kinds.get(0) + "' "
                                + (stage.call() == null ? "shuffles already" : "has a 'key' of its own"));
            }
        }

        private void conflict(Place place, String message) {
            sound = false;
            problems.add(ProblemCode.CONFLICTING_KEYS, place, message);
        }

        private Rows where(Rows input) {
            if (stage.where() != null) {
                Expr condition = expressions.condition(stage.where(), input, "where of " + owner);
                add(
                        before,
                        condition == null ? null : new Operation(new StepSpec.Filter(condition), input.type()),
                        new Placement.Anywhere());
            }
            return input;
        }

        private Rows select(Rows input, List<Operation> operations) {
            List<SelectItem> items = stage.select();
            if (items == null) {
                return input;
            }
            List<String> columns = new ArrayList<>();
            List<Expr> values = new ArrayList<>();
            Set<String> broken = new HashSet<>();
            for (SelectItem item : items) {
                String column = item.column().value();
                if (columns.contains(column) || broken.contains(column) || column.isEmpty()) {
                    sound = false;
                    String message = "select of " + owner + " has two columns '" + column + "'";
                    problems.add(ProblemCode.COLUMN_CLASH, item.column().place(), message);
                    continue;
                }
                Expr value = value(item, input);
                if (value == null) {
                    broken.add(column);
                } else {
                    columns.add(column);
                    values.add(value);
                }
            }
            if (items.isEmpty()) {
                broken.add("");
                problems.add(ProblemCode.MISSING_KEY, stage.name().place(), "select of " + owner + " has no columns");
            }
            Projection projection = new Projection(columns, values);
            if (broken.isEmpty()) {
                operations.add(new Operation(new StepSpec.Project(projection), projection.rowType()));
            } else {
                sound = false;
            }
            return new Rows(projection.rowType(), broken, input.time());
        }

        private @Nullable Expr value(SelectItem item, Rows input) {
            if (item.expression() != null) {
                return expressions.scalar(item.expression(), input, "select of " + owner);
            }
            int index = expressions.column(item.column(), input, "select of " + owner);
            if (index < 0) {
                return null;
            }
            Column column = input.type().column(index);
            return new Expr.ColumnRef(index, column.type(), column.nullable());
        }

        private List<Integer> keyBy(Rows rows) {
            List<Text> keyBy = stage.settings().keyBy();
            List<Integer> key = alerts.columns(keyBy == null ? List.of() : keyBy, rows, "key_by of " + owner);
            if (key.removeIf(column -> column < 0)) {
                sound = false;
            }
            return key;
        }

        private Rows operator(OperatorDefinition operator, Rows input, List<Integer> key) {
            String className = operator.className() == null ? null : scalars.text(operator.className());
            if (operator.className() == null) {
                sound = false;
                problems.add(ProblemCode.MISSING_KEY, operator.place(), "the operator of " + owner + " needs 'class'");
            } else if (className == null || !CLASS_NAME.matcher(className).matches()) {
                sound = false;
                String message = "the class of the operator of " + owner + " is not the name of a Java class";
                problems.add(ProblemCode.BAD_VALUE, operator.className().place(), message);
            }
            String jar = operator.jar() == null ? "" : scalars.text(operator.jar());
            if (jar == null || (operator.jar() != null && !JAR_NAME.matcher(jar).matches())) {
                sound = false;
                String message =
                        "the jar of the operator of " + owner + " is not the name of a file, such as risk-2.jar";
                problems.add(ProblemCode.BAD_VALUE, operator.place(), message);
            }
            Rows output = input;
            if (operator.columns() != null) {
                StreamChecker.ColumnList columns = streams.columns(operator.columns(), "the operator of " + owner);
                output = new Rows(columns.type(), columns.broken(), input.time());
                sound &= columns.broken().isEmpty();
            }
            if (className != null && jar != null) {
                StepSpec spec = new StepSpec.UserOperator(
                        className, new FreeOptions(scalars.expander()).read(operator.config()), key, jar);
                after.add(new Operation(spec, output.type()));
            }
            return output;
        }

        private @Nullable Settings settings() {
            StageSettings written = stage.settings();
            String name = stage.name().value();
            Long slots = written.parallelism() == null
                    ? Long.valueOf(DEFAULT_SLOTS)
                    : scalars.number(written.parallelism(), "'parallelism' of " + owner, 1, MAX_SLOTS);
            Boolean fuse = written.fuse() == null ? Boolean.TRUE : scalars.flag(written.fuse(), "'fuse' of " + owner);
            boolean uid = written.uid() == null || names.uid(written.uid());
            Integer standbys =
                    written.standby() == null ? Integer.valueOf(defaultStandbys()) : standbys(written.standby(), owner);
            if (slots == null || fuse == null || !uid || standbys == null) {
                return null;
            }
            return new Settings(
                    slots.intValue(),
                    written.parallelism() == null ? null : written.parallelism().place(),
                    written.uid() == null ? name : written.uid().value(),
                    written.uid() == null ? null : written.uid().place(),
                    fuse,
                    standbys,
                    written.standby() == null ? null : written.standby().place());
        }
    }

    /** Returns the first type with the nullability of all; null when names or types differ. */
    static @Nullable RowType union(RowType first, RowType second) {
        if (first.size() != second.size()) {
            return null;
        }
        List<Column> columns = new ArrayList<>();
        for (Column column : first.columns()) {
            int index = second.indexOf(column.name());
            if (index < 0 || !second.column(index).type().equals(column.type())) {
                return null;
            }
            boolean nullable = column.nullable() || second.column(index).nullable();
            columns.add(new Column(column.name(), column.type(), nullable));
        }
        return RowType.of(columns);
    }
}
