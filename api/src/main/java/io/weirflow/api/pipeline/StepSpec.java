package io.weirflow.api.pipeline;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.type.RowType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a step does with its rows. Durations are in milliseconds of event time. */
public sealed interface StepSpec {

    /** Keeps the rows for which the condition is TRUE. */
    record Filter(Expr condition) implements StepSpec {}

    /** Makes one row of each row; event time is kept. */
    record Project(Projection projection) implements StepSpec {}

    /**
     * Aggregates rows by key and window. The result is computed over an inner row: the keys, {@code window_start},
     * {@code window_end} (both TIMESTAMP; NULL for count windows), then one column for each aggregate. Its event time is
     * {@code window_end − 1}; for count windows, the largest event time of its rows.
     *
     * @param keys over the input row; empty for one group
     * @param window how rows are put in windows
     * @param aggregates over the input row
     * @param result over the inner row; gives the whole output row, group columns and bounds included
     * @param having over the output row; null for all
     * @param allowedLatenessMs a window is kept this much longer, and a late row emits a corrected result
     */
    record WindowAggregate(
            List<Expr> keys,
            Window window,
            List<AggregateCall> aggregates,
            Projection result,
            @Nullable Expr having,
            long allowedLatenessMs)
            implements StepSpec {
        public WindowAggregate {
            keys = List.copyOf(keys);
            aggregates = List.copyOf(aggregates);
        }
    }

    /**
     * Raises and resolves alerts, per key. See {@code docs/LANGUAGE.md} for the meaning of the durations. The output row is
     * {@code alert_id, name, key columns, state, since, at, severity, summary}, then the row's other columns.
     *
     * @param keyColumns indexes of the key columns in the input row
     * @param when the condition; NULL counts as FALSE
     * @param forMs how long it must hold before the alert fires, 0 for at once
     * @param resolveAfterMs how long it must not hold before the alert is resolved, 0 for at once
     * @param summary a VARCHAR over the input row
     * @param spanStartColumn index of {@code window_start} in the input row when it is a window's result, else -1
     */
    record Alert(
            String name,
            List<Integer> keyColumns,
            Expr when,
            long forMs,
            long resolveAfterMs,
            String severity,
            Expr summary,
            int spanStartColumn)
            implements StepSpec {
        public Alert {
            keyColumns = List.copyOf(keyColumns);
        }
    }

    /**
     * Runs an {@link io.weirflow.api.operator.Operator} of the user's.
     *
     * @param className its class, found on the worker's plug-in path
     * @param config its configuration
     * @param keyColumns indexes of the columns by which its input was shuffled; empty when it was not
     * @param jar name of the jar that the class is in; empty for wherever it is found first
     */
    record UserOperator(String className, Options config, List<Integer> keyColumns, String jar) implements StepSpec {
        public UserOperator {
            keyColumns = List.copyOf(keyColumns);
        }

        /** An operator whose class is wherever it is found. */
        public UserOperator(String className, Options config, List<Integer> keyColumns) {
            this(className, config, keyColumns, "");
        }
    }

    /**
     * Asks a service about each row; the output is the row with the columns of the answer behind its own.
     *
     * @param connector the name of the connector that asks
     * @param options of it, checked against the connector's options
     * @param keyColumns indexes of the columns whose rows keep their order, by which the input was shuffled; empty when none do
     * @param result the columns of the answer; all nullable with {@code nullOnError}
     * @param timeoutMs how long one attempt may take, 1 or more
     * @param retries how often an attempt that failed is repeated, 0 or more
     * @param maxInFlight how many calls of a slot may be under way, 1 or more
     * @param nullOnError whether a row whose call has failed goes on without an answer, instead of to the errors
     * @param cacheTtlMs how long an answer may be used again for the same question, by the clock of the worker that asks; 0 for not at all
     * @param cacheSize answers that a slot keeps for that, 0 or more
     */
    record Call(
            String connector,
            Options options,
            List<Integer> keyColumns,
            RowType result,
            long timeoutMs,
            int retries,
            int maxInFlight,
            boolean nullOnError,
            long cacheTtlMs,
            int cacheSize)
            implements StepSpec {
        public Call {
            keyColumns = List.copyOf(keyColumns);
            if (timeoutMs < 1 || retries < 0 || maxInFlight < 1 || cacheTtlMs < 0 || cacheSize < 0) {
                throw new IllegalArgumentException("a bound of a call is out of range");
            }
        }
    }

    /** Sends every row to one slot of another stage. */
    record Send(int stage, int port, Partitioning partitioning) implements StepSpec {}

    /** Which slot of the target a row goes to. */
    sealed interface Partitioning {
        /** The slot of the hash of these values: rows with equal keys meet. */
        record ByKey(List<Expr> keys) implements Partitioning {
            public ByKey {
                keys = List.copyOf(keys);
            }
        }

        /** The slot of the sender's partition, modulo the target's slots. */
        record Forward() implements Partitioning {}
    }

    /**
     * Hands every row to a sink.
     *
     * @param name the sink's name
     * @param connector the connector's name
     * @param options of the sink, checked against the connector's options
     * @param format the format's name
     * @param formatOptions of the format
     * @param guarantee what was asked for, at most the connector's best
     */
    record Sink(
            String name, String connector, Options options, String format, Options formatOptions, Guarantee guarantee)
            implements StepSpec {}
}
