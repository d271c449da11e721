package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.OutputRow;
import io.weirflow.benchmarks.engine.BenchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Waits for an answer to be complete, without taking the processor from the engine that is measured: rows are looked at when the engine is through. Used by
 * one thread.
 */
abstract class AnswerWatch {

    private long completeMs;

    /** Takes a row of the output. */
    abstract void accept(byte[] value);

    /**
     * Says that nothing more is there at this moment.
     *
     * @param busy whether the engine still reads its input, so that the answer cannot be complete
     */
    abstract void polled(long nowMs, boolean busy);

    /** Returns when the answer was complete, in milliseconds since the epoch; empty while it is not. */
    final OptionalLong completeMs() {
        return completeMs == 0 ? OptionalLong.empty() : OptionalLong.of(completeMs);
    }

    /** Everything has come by this moment; the first time counts. */
    final void complete(long atMs) {
        completeMs = completeMs == 0 ? atMs : completeMs;
    }

    /** Returns what is missing, for people. */
    abstract String state();

    /**
     * Looks at what has not been looked at, once the engine has ended.
     *
     * @param all hands over the whole output
     * @throws BenchException when the answer is wrong
     */
    abstract void verify(Consumer<Consumer<byte[]>> all);

    /** Of an engine that gives each row once: it is through when as many rows have come, and what they say is looked at afterwards. */
    static AnswerWatch counting(Answer answer, List<String> columns) {
        return new Counting(answer, columns);
    }

    /** Of an engine that gives a row again and again until it is final, so that only its values tell whether it is through. */
    static AnswerWatch holding(Answer answer, List<String> columns) {
        return new Holding(answer, columns);
    }

    /** Of a floor, which says with a single record that it is through. */
    static AnswerWatch forAnyRow() {
        return new AnyRow();
    }

    /** See {@link AnswerWatch#counting}. */
    private static final class Counting extends AnswerWatch {
        private final Answer answer;
        private final List<String> columns;
        private long rows;

        private Counting(Answer answer, List<String> columns) {
            this.answer = answer;
            this.columns = columns;
        }

        @Override
        void accept(byte[] value) {
            rows++;
        }

        @Override
        void polled(long nowMs, boolean busy) {
            if (rows >= answer.size()) {
                complete(nowMs);
            }
        }

        @Override
        String state() {
            return String.format(Locale.ROOT, "%,d of %,d rows have come", rows, answer.size());
        }

        @Override
        void verify(Consumer<Consumer<byte[]>> all) {
            OutputRow parser = new OutputRow(columns);
            Answer.Comparison comparison = answer.compare();
            all.accept(value -> comparison.accept(parser.read(value)));
            if (!comparison.complete() || comparison.otherRows() > 0) {
                throw new BenchException("the answer is wrong: " + stateOf(comparison));
            }
        }
    }

    /** See {@link AnswerWatch#holding}. */
    private static final class Holding extends AnswerWatch {
        private static final long MAX_HELD_BYTES = 512L << 20;
        private static final int OVERHEAD_BYTES = 32;

        private final OutputRow parser;
        private final Answer.Comparison comparison;
        private final List<Held> held = new ArrayList<>();
        private List<byte[]> coming = new ArrayList<>();
        private long heldBytes;

        private record Held(long atMs, List<byte[]> values) {}

        private Holding(Answer answer, List<String> columns) {
            this.parser = new OutputRow(columns);
            this.comparison = answer.compare();
        }

        @Override
        void accept(byte[] value) {
            coming.add(value);
            heldBytes += value.length + OVERHEAD_BYTES;
        }

        @Override
        void polled(long nowMs, boolean busy) {
            if (!coming.isEmpty()) {
                held.add(new Held(nowMs, coming));
                coming = new ArrayList<>();
            }
            if (!busy || heldBytes > MAX_HELD_BYTES) {
                held.forEach(this::look);
                held.clear();
                heldBytes = 0;
            }
        }

        private void look(Held some) {
            some.values().forEach(value -> comparison.accept(parser.read(value)));
            if (comparison.complete()) {
                complete(some.atMs());
            }
        }

        @Override
        String state() {
            return stateOf(comparison);
        }

        @Override
        void verify(Consumer<Consumer<byte[]>> all) {
            // What it gave on the way is not in the answer, and that is as it should be.
        }
    }

    /** See {@link AnswerWatch#forAnyRow}. */
    private static final class AnyRow extends AnswerWatch {
        private boolean seen;

        private AnyRow() {}

        @Override
        void accept(byte[] value) {
            seen = true;
        }

        @Override
        void polled(long nowMs, boolean busy) {
            if (seen) {
                complete(nowMs);
            }
        }

        @Override
        String state() {
            return "not through yet";
        }

        @Override
        void verify(Consumer<Consumer<byte[]>> all) {
            // It calculates nothing.
        }
    }

    private static String stateOf(Answer.Comparison comparison) {
        return String.format(
                Locale.ROOT, "%,d rows missing, %,d wrong or twice", comparison.missingRows(), comparison.otherRows());
    }
}
