package io.weirflow.testkit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.Options;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.Output;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tests an operator as the engine runs it, on state of its own.
 *
 * <pre>{@code
 * OperatorKit.of(RunningTotal::new, inputType, outputType)
 *         .keyBy("account")
 *         .row(10, "a", 5L)
 *         .row(20, "a", 7L)
 *         .watermark(30)
 *         .end()
 *         .expect(result(10, "a", 5L), result(20, "a", 12L));
 * }</pre>
 *
 * <p>Every scenario runs several times: straight on; with a checkpoint after each event, and with one after every seventh, after which a new operator goes on with the state
 * restored from the changelog; with an output that has no room every other time it is asked; and with that and a checkpoint after each event. All must emit the same and leave
 * the same bytes of state. An operator that keeps something in a field, forgets {@link Operator#beforeCheckpoint()}, loses its place in
 * {@link Operator#advance}, keeps a row beyond the call or emits where it must not fails here. After the idea of Hazelcast Jet's
 * {@code TestSupport}.
 */
public final class OperatorKit {

    /** What happens to the operator. */
    sealed interface Event {
        record RowEvent(long timeMs, MutableRow row) implements Event {}

        record WatermarkEvent(long timeMs) implements Event {}

        record ActEvent(BiConsumer<? super Operator, ? super Output> action) implements Event {}
    }

    /** What a scenario gave, the same in all ways to run it. */
    public record Outcome(List<Emitted> emitted, int stateEntries) {
        public Outcome {
            emitted = List.copyOf(emitted);
        }
    }

    /**
     * One way to run a scenario.
     *
     * @param restartEvery after so many events the operator is restored; 0 for never
     */
    record Mode(int restartEvery, boolean refusing) {
        boolean restartsAfter(int events) {
            return restartEvery > 0 && events % restartEvery == 0;
        }

        private String way() {
            return switch (restartEvery) {
                case 0 -> "straight on";
                case 1 -> "restored after each event";
                default -> "restored after every " + restartEvery + " events";
            };
        }

        @Override
        public String toString() {
            return way() + (refusing ? ", with an output that refuses" : "");
        }
    }

    private static final List<Mode> MODES =
            List.of(new Mode(0, false), new Mode(1, false), new Mode(7, false), new Mode(0, true), new Mode(1, true));

    private final Supplier<? extends Operator> factory;
    private final RowType inputType;
    private final RowType outputType;
    private final List<Event> events = new ArrayList<>();
    private Options config = Options.NONE;
    private List<String> keyColumns = List.of();
    private long lastWatermarkMs = Long.MIN_VALUE;

    private OperatorKit(Supplier<? extends Operator> factory, RowType inputType, RowType outputType) {
        this.factory = factory;
        this.inputType = inputType;
        this.outputType = outputType;
    }

    /**
     * Begins a scenario.
     *
     * @param factory makes a new operator each time
     */
    public static OperatorKit of(Supplier<? extends Operator> factory, RowType inputType, RowType outputType) {
        return new OperatorKit(factory, inputType, outputType);
    }

    /** Sets the operator's configuration. */
    public OperatorKit config(Options newConfig) {
        config = newConfig;
        return this;
    }

    /** Sets the columns that values and timers belong to. */
    public OperatorKit keyBy(String... columns) {
        keyColumns = List.of(columns);
        return this;
    }

    /**
     * Adds a row.
     *
     * @param timeMs its event time
     * @param values boxed, one for each column of the input
     */
    public OperatorKit row(long timeMs, @Nullable Object... values) {
        events.add(new Event.RowEvent(timeMs, MutableRow.of(inputType, values)));
        return this;
    }

    /**
     * Lets event time advance: timers fire, then the operator's {@link Operator#advance}.
     *
     * @throws IllegalArgumentException when it would go back
     */
    public OperatorKit watermark(long timeMs) {
        if (timeMs < lastWatermarkMs) {
            throw new IllegalArgumentException("a watermark of " + timeMs + " after one of " + lastWatermarkMs);
        }
        lastWatermarkMs = timeMs;
        events.add(new Event.WatermarkEvent(timeMs));
        return this;
    }

    /**
     * Does with the operator what is neither a row nor a watermark, such as to hand it the result of a call. It may emit.
     *
     * @param action gets the operator of the moment: a scenario is played by several
     */
    public OperatorKit act(BiConsumer<? super Operator, ? super Output> action) {
        events.add(new Event.ActEvent(action));
        return this;
    }

    /** Ends the input: the watermark goes to the end of time. */
    public OperatorKit end() {
        return watermark(Long.MAX_VALUE);
    }

    /** Runs the scenario in all ways and compares what was emitted, in order. */
    public void expect(Emitted... expected) {
        assertThat(run().emitted()).containsExactly(expected);
    }

    /** Runs the scenario in all ways and returns what was emitted. */
    public Outcome run() {
        OperatorRun first = play(MODES.get(0));
        for (Mode mode : MODES.subList(1, MODES.size())) {
            OperatorRun other = play(mode);
            assertThat(other.emitted())
                    .as("emitted %s, compared with %s", mode, MODES.get(0))
                    .isEqualTo(first.emitted());
            assertThat(other.state())
                    .as("state %s, compared with %s", mode, MODES.get(0))
                    .isEqualTo(first.state());
        }
        return new Outcome(first.emitted(), first.state().size());
    }

    private OperatorRun play(Mode mode) {
        OperatorRun run = new OperatorRun(factory, inputType, outputType, config, keyColumns, mode);
        run.play(events);
        return run;
    }
}
