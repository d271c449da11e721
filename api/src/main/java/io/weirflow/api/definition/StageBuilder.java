package io.weirflow.api.definition;

import io.weirflow.api.operator.Operator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Describes a stage. */
public final class StageBuilder {

    private final Text name;
    private List<Text> from = List.of();
    private @Nullable Text where;
    private @Nullable List<SelectItem> select;
    private @Nullable List<Text> groupBy;
    private @Nullable WindowDefinition window;
    private @Nullable Text having;
    private @Nullable Text allowedLateness;
    private @Nullable AlertDefinition alert;
    private @Nullable OperatorDefinition operator;
    private @Nullable CallDefinition call;
    private @Nullable List<Text> keyBy;
    private @Nullable Text parallelism;
    private @Nullable Text uid;
    private @Nullable Text fuse;
    private @Nullable Text standby;

    StageBuilder(String name) {
        this.name = Text.of(name);
    }

    /** Names the streams and stages that rows come from; several are united. */
    public StageBuilder from(String... names) {
        from = JavaValues.texts(names);
        return this;
    }

    /** Keeps the rows for which the condition is TRUE. */
    public StageBuilder where(String sqlCondition) {
        where = Text.of(sqlCondition);
        return this;
    }

    /** Adds a column that means itself. */
    public StageBuilder select(String column) {
        return item(new SelectItem(Text.of(column), null));
    }

    /** Adds a column of the result. */
    public StageBuilder select(String column, String sqlExpression) {
        return item(new SelectItem(Text.of(column), Text.of(sqlExpression)));
    }

    /** Aggregates rows with equal values of these columns; without columns, all rows. */
    public StageBuilder groupBy(String... columns) {
        groupBy = JavaValues.texts(columns);
        return this;
    }

    /** Aggregates by windows: see the factories of {@link WindowDefinition}. */
    public StageBuilder window(WindowDefinition definition) {
        window = definition;
        return this;
    }

    /** Filters the aggregated rows. */
    public StageBuilder having(String sqlCondition) {
        having = Text.of(sqlCondition);
        return this;
    }

    /** Keeps windows for longer. */
    public StageBuilder allowedLateness(Duration lateness) {
        allowedLateness = JavaValues.duration(lateness);
        return this;
    }

    /** Raises and resolves alerts. */
    public StageBuilder alert(Consumer<AlertBuilder> describe) {
        AlertBuilder builder = new AlertBuilder();
        describe.accept(builder);
        alert = builder.build();
        return this;
    }

    /** Runs an operator whose rows have the columns of its input. */
    public StageBuilder operator(Class<? extends Operator> type) {
        return operator(type, described -> {});
    }

    /** Runs an operator. The class needs a public constructor without arguments. */
    public StageBuilder operator(Class<? extends Operator> type, Consumer<OperatorBuilder> describe) {
        OperatorBuilder builder = new OperatorBuilder(type.getName());
        describe.accept(builder);
        operator = builder.build();
        return this;
    }

    /**
     * Asks a service about each row.
     *
     * @param connector that asks, such as {@code http}
     * @param options Strings, numbers, Booleans, Durations, Lists and Maps
     */
    public StageBuilder call(String connector, Map<String, ?> options, Consumer<CallBuilder> describe) {
        CallBuilder builder = new CallBuilder(connector, options);
        describe.accept(builder);
        call = builder.build();
        return this;
    }

    /** Shuffles the input: rows with equal values of these columns meet in one slot, in order. */
    public StageBuilder keyBy(String... columns) {
        keyBy = JavaValues.texts(columns);
        return this;
    }

    /** Sets the number of slots. */
    public StageBuilder parallelism(int slots) {
        parallelism = Text.of(Integer.toString(slots));
        return this;
    }

    /** Names the stage's state, so that the stage can be renamed. */
    public StageBuilder uid(String id) {
        uid = Text.of(id);
        return this;
    }

    /** Keeps the stage apart from the stage that feeds it. */
    public StageBuilder keepApart() {
        fuse = Text.of("false");
        return this;
    }

    /** Has so many workers keep the state of each slot at hand besides its owner, to take over quickly. */
    public StageBuilder standby(int workers) {
        standby = Text.of(Integer.toString(workers));
        return this;
    }

    private StageBuilder item(SelectItem item) {
        if (select == null) {
            select = new ArrayList<>();
        }
        select.add(item);
        return this;
    }

    StageDefinition build() {
        return new StageDefinition(
                name,
                from,
                where,
                select,
                new Grouping(groupBy, window, having, allowedLateness),
                alert,
                operator,
                call,
                new StageSettings(keyBy, parallelism, uid, fuse, standby),
                List.of());
    }
}
