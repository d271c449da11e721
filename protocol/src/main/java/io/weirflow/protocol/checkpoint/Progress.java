package io.weirflow.protocol.checkpoint;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.chain.SenderState;
import io.weirflow.protocol.id.Incarnation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What a checkpoint holds of a slot besides its state (rule R6): everything that must go back together with the state when the slot is
 * restored. Timers are part of the state.
 *
 * @param incarnation of the pipeline's data
 * @param checkpoint counts the slot's checkpoints, from 1
 * @param nextPosition where to read on: every record before it is in the state
 * @param watermarkMs the slot's watermark
 * @param maxEventTimeMs of slots that read a source, the largest event time read; of others, the largest watermark of any sender but for
 *     the end of time; {@link Long#MIN_VALUE} for none
 * @param finished whether the input has ended and everything was emitted
 * @param senders what was taken from each sender
 * @param outputs what was sent to each destination slot
 * @param sinks how many rows were handed to each sink
 * @param course which version of the stage runs, and how far any life of the slot may have come
 */
public record Progress(
        Incarnation incarnation,
        long checkpoint,
        long nextPosition,
        long watermarkMs,
        long maxEventTimeMs,
        boolean finished,
        List<SenderState> senders,
        List<OutputState> outputs,
        List<SinkState> sinks,
        Course course) {

    public Progress {
        senders = List.copyOf(senders);
        outputs = List.copyOf(outputs);
        sinks = List.copyOf(sinks);
    }

    /** The progress of a slot of a stage that was never upgraded, and of which no other life has come further. */
    public Progress(
            Incarnation incarnation,
            long checkpoint,
            long nextPosition,
            long watermarkMs,
            long maxEventTimeMs,
            boolean finished,
            List<SenderState> senders,
            List<OutputState> outputs,
            List<SinkState> sinks) {
        this(
                incarnation,
                checkpoint,
                nextPosition,
                watermarkMs,
                maxEventTimeMs,
                finished,
                senders,
                outputs,
                sinks,
                Course.BEGIN);
    }

    /**
     * Which version of its stage a slot runs from here on, and what makes a change of it a cut (rule R12). A life of a slot takes no record
     * before it has committed, under its lease, up to where it may; and no more than that. So whoever reads {@code reach} behind a fence knows
     * that no other life has taken, or will take, a record beyond it, and may change the version there.
     *
     * @param stageVersion of the code for the records from here on, see {@link io.weirflow.api.pipeline.StagePlan#version()}
     * @param taken how many records of its log the slot has taken, from its first on
     * @param reach how many any life of the slot may take before a later commit says more; at least {@code taken}
     */
    public record Course(int stageVersion, long taken, long reach) {

        /** Of a slot that has done nothing. */
        public static final Course BEGIN = new Course(StagePlan.FIRST_VERSION, 0, 0);

        public Course {
            if (stageVersion < StagePlan.FIRST_VERSION || taken < 0 || reach < taken) {
                throw new IllegalArgumentException(
                        "a slot at version " + stageVersion + ", record " + taken + " of " + reach);
            }
        }
    }

    /**
     * What was sent to one destination slot.
     *
     * @param stage the destination's stage
     * @param partition the destination's partition
     * @param lastSequence number of the last row sent
     * @param hash the chain's hash after that row
     */
    public record OutputState(int stage, int partition, long lastSequence, long hash) {}

    /**
     * How much was handed to one sink.
     *
     * @param step the sink's step in the stage
     * @param lastSequence number of the last row made for it
     * @param publishedSequence number of the last row that a Kafka sink has made visible, or whose outcome is in the ledger of an effect sink, by
     *     the changelog up to here; may be larger than {@code lastSequence}, since that happens before the next checkpoint covers the rows; 0
     *     for other sinks
     * @param intendedSequence number of the row whose effect may have been attempted and has no outcome in the ledger yet; 0 for none
     */
    public record SinkState(int step, long lastSequence, long publishedSequence, long intendedSequence) {

        /** Without an effect under way. */
        public SinkState(int step, long lastSequence, long publishedSequence) {
            this(step, lastSequence, publishedSequence, 0);
        }
    }

    /** Returns this with what Kafka sinks have published, and effect sinks settled, by step; numbers only grow. */
    public Progress withPublished(Map<Integer, Long> publishedByStep) {
        return withSinks(
                publishedByStep,
                (before, sequence) -> new SinkState(
                        before.step(),
                        before.lastSequence(),
                        Math.max(before.publishedSequence(), sequence),
                        before.intendedSequence()));
    }

    /** Returns this with the intents of effect sinks, by step, 0 for none; those of other steps stay. */
    public Progress withIntents(Map<Integer, Long> intendedByStep) {
        return withSinks(
                intendedByStep,
                (before, sequence) ->
                        new SinkState(before.step(), before.lastSequence(), before.publishedSequence(), sequence));
    }

    private Progress withSinks(Map<Integer, Long> changes, BiFunction<SinkState, Long, SinkState> change) {
        Map<Integer, SinkState> byStep = new TreeMap<>();
        sinks.forEach(sink -> byStep.put(sink.step(), sink));
        changes.forEach((step, sequence) -> {
            SinkState before = byStep.getOrDefault(step, new SinkState(step, 0, 0));
            byStep.put(step, change.apply(before, sequence));
        });
        return new Progress(
                incarnation,
                checkpoint,
                nextPosition,
                watermarkMs,
                maxEventTimeMs,
                finished,
                senders,
                outputs,
                List.copyOf(byStep.values()),
                course);
    }

    /** Returns this with another course. */
    public Progress withCourse(Course newCourse) {
        return new Progress(
                incarnation,
                checkpoint,
                nextPosition,
                watermarkMs,
                maxEventTimeMs,
                finished,
                senders,
                outputs,
                sinks,
                newCourse);
    }

    /** Returns the progress of a slot that has done nothing. */
    public static Progress initial(Incarnation incarnation) {
        return new Progress(incarnation, 0, 0, Long.MIN_VALUE, Long.MIN_VALUE, false, List.of(), List.of(), List.of());
    }
}
