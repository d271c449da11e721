package io.weirflow.worker.aggregate;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import java.util.Optional;

/**
 * The accumulator of one aggregate call. Immutable: the state is in the slots of {@link Accumulators} that the {@link Layout} gave to the
 * part. Arguments come as a row of evaluated columns; a row that the call's FILTER leaves out has NULL there.
 */
interface Part {

    /** Hands out slots while parts are made. */
    final class Layout {
        private int words;
        private int objects;

        int word() {
            return words++;
        }

        int object() {
            return objects++;
        }

        Accumulators create() {
            return new Accumulators(words, objects);
        }
    }

    /** Returns whether {@link #check} and {@link #merge} may throw. */
    default boolean canFail() {
        return false;
    }

    /**
     * Returns whether some rows may go into one state and those after them into another, and the two, merged in this order, give the result of one that has taken all; as long as
     * both are {@linkplain #isSmall small}. It is not so where rounding depends on the order of additions.
     */
    default boolean canBeSplit() {
        return false;
    }

    /** Returns whether two such states can be merged without leaving the range of the type. */
    default boolean isSmall(Accumulators state) {
        return true;
    }

    /** Returns whether it would be small after {@link #add}. */
    default boolean staysSmall(Accumulators state, MutableRow arguments) {
        return true;
    }

    /** Returns the same aggregate as an operation on words, if it is one. */
    default Optional<WordCode.Operation> operation() {
        return Optional.empty();
    }

    /** Throws if {@link #add} would leave the range of the type; changes nothing. */
    default void check(Accumulators state, MutableRow arguments) throws RowException {}

    /** Takes a row that was checked. */
    void add(Accumulators state, MutableRow arguments, long ordinal);

    /** Takes all rows of another state, which stays. May leave {@code into} half changed when it throws. */
    void merge(Accumulators into, Accumulators from) throws RowException;

    void result(Accumulators state, MutableRow out, int column) throws RowException;

    void write(Accumulators state, ByteWriter out);

    /** Reads into slots that are empty. */
    void read(Accumulators state, ByteReader in);
}
