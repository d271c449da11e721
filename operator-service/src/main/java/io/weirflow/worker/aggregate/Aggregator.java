package io.weirflow.worker.aggregate;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.codegen.RowMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The compiled plan of all aggregates of one operator. It keeps scratch space: one for each operator, used by one thread.
 *
 * <p>The same rows in the same order give the same results and the same bytes.
 */
public final class Aggregator {

    private static final int FORMAT = 1;

    private final Part.Layout layout;
    private final Part[] parts;

    /** Those whose sums may leave their range. */
    private final Part[] checked;

    private final boolean splittable;

    /** Does what all parts do, if it can. */
    private final @Nullable WordCode code;

    private final RowMapper mapper;
    private final MutableRow arguments;

    private Aggregator(Plan plan, @Nullable WordCode code, RowMapper mapper) {
        this.code = code;
        this.layout = plan.layout();
        this.parts = plan.parts().toArray(new Part[0]);
        this.checked = plan.parts().stream().filter(Part::canFail).toArray(Part[]::new);
        this.splittable = plan.parts().stream().allMatch(Part::canBeSplit);
        this.mapper = mapper;
        this.arguments = new MutableRow(plan.arguments().size());
    }

    /**
     * Compiles aggregates over the rows of one type.
     *
     * @throws IllegalArgumentException when a call is not well typed
     */
    public static Aggregator compile(ExpressionCompiler compiler, List<AggregateCall> calls) {
        Plan plan = new Plan(calls);
        WordCode code = WordCode.of(plan.parts()).orElse(null);
        return new Aggregator(plan, code, compiler.mapper(plan.arguments()));
    }

    /** Returns one that leaves everything to the parts, to compare with. */
    static Aggregator ofParts(ExpressionCompiler compiler, List<AggregateCall> calls) {
        Plan plan = new Plan(calls);
        return new Aggregator(plan, null, compiler.mapper(plan.arguments()));
    }

    /** Whether the aggregates are a {@link WordCode}. */
    boolean isCode() {
        return code != null;
    }

    /** Returns the state of a group without rows. */
    public Accumulators create() {
        return layout.create();
    }

    /**
     * Takes a row into a group.
     *
     * @param ordinal the row's place in the order of the inbox, increasing over all rows of the slot and across restarts:
     *     FIRST_VALUE and LAST_VALUE go by it, also when groups are merged
     * @throws RowException when the row cannot be aggregated; the state is as before
     */
    public void add(Accumulators state, Row row, long ordinal) throws RowException {
        mapper.map(row, arguments);
        addMapped(state, ordinal);
    }

    private void addMapped(Accumulators state, long ordinal) throws RowException {
        if (code != null) {
            code.add(state.words, arguments);
            return;
        }
        for (Part part : checked) {
            part.check(state, arguments);
        }
        for (Part part : parts) {
            part.add(state, arguments, ordinal);
        }
    }

    /**
     * Returns whether a group may be kept in up to four parts, each of them {@linkplain #isSmall small}: one of the rows that came first, others of those that came after them. Merged in this
     * order, they give the results of a group that was never split, and neither a row nor the merge can fail that would not have failed there.
     */
    public boolean canBeSplit() {
        return splittable;
    }

    /** Returns whether the rows that come may go into another part. */
    public boolean isSmall(Accumulators state) {
        for (Part part : checked) {
            if (!part.isSmall(state)) {
                return false;
            }
        }
        return true;
    }

    /** As {@link #add}, if the state is small afterwards. Otherwise it stays as it is, and the answer is false. */
    public boolean addIfSmall(Accumulators state, Row row, long ordinal) throws RowException {
        mapper.map(row, arguments);
        for (Part part : checked) {
            if (!part.staysSmall(state, arguments)) {
                return false;
            }
        }
        addMapped(state, ordinal);
        return true;
    }

    /**
     * Takes all rows of one group into another, as sessions do when they meet. {@code from} stays as it is and shares nothing
     * with {@code into}.
     *
     * @throws RowException when a sum leaves its range; {@code into} is as before
     */
    public void merge(Accumulators into, Accumulators from) throws RowException {
        if (code != null) {
            code.merge(into.words, from.words);
            return;
        }
        if (checked.length == 0 || splittable && isSmall(into) && isSmall(from)) {
            mergeAll(into, from);
            return;
        }
        Accumulators merged = into.copy();
        mergeAll(merged, from);
        into.replaceWith(merged);
    }

    private void mergeAll(Accumulators into, Accumulators from) throws RowException {
        for (Part part : parts) {
            part.merge(into, from);
        }
    }

    /**
     * Writes the result of call <i>i</i> to column {@code firstColumn + i}.
     *
     * @throws RowException when a result leaves its range, as an AVG of the largest decimals can
     */
    public void results(Accumulators state, MutableRow out, int firstColumn) throws RowException {
        if (code != null) {
            code.results(state.words, out, firstColumn);
            return;
        }
        for (int i = 0; i < parts.length; i++) {
            parts[i].result(state, out, firstColumn + i);
        }
    }

    /** Appends the state in a versioned format; the same state gives the same bytes. */
    public void write(Accumulators state, ByteWriter out) {
        out.writeByte(FORMAT);
        if (code != null) {
            code.write(state.words, out);
            return;
        }
        for (Part part : parts) {
            part.write(state, out);
        }
    }

    /**
     * Reads the state that {@link #write} was given, by an aggregator of the same calls.
     *
     * @throws WireFormatException when the bytes are of another format
     */
    public Accumulators read(ByteReader in) {
        int format = in.readByte();
        if (format != FORMAT) {
            throw new WireFormatException("aggregates of the unknown format " + format);
        }
        Accumulators state = create();
        if (code != null) {
            code.read(state.words, in);
            return state;
        }
        for (Part part : parts) {
            part.read(state, in);
        }
        return state;
    }
}
