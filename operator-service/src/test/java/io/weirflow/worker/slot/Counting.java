package io.weirflow.worker.slot;

/** Counts as a slot's thread would, for tests of what reads the counts. */
public final class Counting {

    private Counting() {}

    /** Sets all that is not counted by steps to distinct values. */
    public static void fill(SlotMetrics metrics) {
        metrics.progress(42, 1_500, 7);
        metrics.checkpoint(9);
        metrics.checkpointTook(250, 10_000);
        metrics.state(4_096);
        metrics.overlay(512);
        metrics.underWay(64);
        metrics.read(8_192);
        metrics.sent(2_048);
        metrics.credit(0, 5_000);
        metrics.credit(0.75, 125);
    }

    /** The input has ended, and nobody knows how much lies ahead. */
    public static void end(SlotMetrics metrics) {
        metrics.progress(43, Long.MAX_VALUE, -1);
    }

    public static void count(StepMetrics step, int in, int out, int late, int errors) {
        repeat(in, step::in);
        repeat(out, step::out);
        repeat(late, step::late);
        repeat(errors, step::error);
    }

    private static void repeat(int times, Runnable bump) {
        for (int i = 0; i < times; i++) {
            bump.run();
        }
    }
}
