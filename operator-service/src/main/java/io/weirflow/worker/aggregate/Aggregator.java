package io.weirflow.worker.aggregate;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.codegen.ExpressionCompiler;
import java.util.List;

/**
 * The compiled plan of all aggregates of one operator. It keeps scratch space: one for each operator, used by one thread.
 *
 * <p>The same rows in the same order give the same results and the same bytes.
 */
public final class Aggregator {

    private Aggregator() {}

    /**
     * Compiles aggregates over the rows of one type.
     *
     * @throws IllegalArgumentException when a call is not well typed
     */
    public static Aggregator compile(ExpressionCompiler compiler, List<AggregateCall> calls) {
        throw new UnsupportedOperationException(calls.toString());
    }

    /** Returns the state of a group without rows. */
    public Accumulators create() {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes a row into a group.
     *
     * @param ordinal the row's place in the order of the inbox, increasing over all rows of the slot and across restarts:
     *     FIRST_VALUE and LAST_VALUE go by it, also when groups are merged
     * @throws RowException when the row cannot be aggregated; the state is as before
     */
    public void add(Accumulators state, Row row, long ordinal) throws RowException {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes all rows of one group into another, as sessions do when they meet. {@code from} stays as it is and shares nothing
     * with {@code into}.
     *
     * @throws RowException when a sum leaves its range; {@code into} is as before
     */
    public void merge(Accumulators into, Accumulators from) throws RowException {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes the result of call <i>i</i> to column {@code firstColumn + i}.
     *
     * @throws RowException when a result leaves its range
     */
    public void results(Accumulators state, MutableRow out, int firstColumn) throws RowException {
        throw new UnsupportedOperationException();
    }

    /** Appends the state in a versioned format; the same state gives the same bytes. */
    public void write(Accumulators state, ByteWriter out) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads the state that {@link #write} was given, by an aggregator of the same calls.
     *
     * @throws io.weirflow.protocol.WireFormatException when the bytes are of another format
     */
    public Accumulators read(ByteReader in) {
        throw new UnsupportedOperationException();
    }
}
