package io.weirflow.worker.slot;

import io.weirflow.protocol.frame.OwnRecord;
import io.weirflow.worker.call.CallDesk;
import io.weirflow.worker.call.CallOperator;
import java.util.List;

/** The steps of a slot that ask services: results go to the step that they are for, and its desk gets its turn. Used by the slot's thread. */
final class SlotCalls implements AutoCloseable {

    /**
     * After this long the rows that wait are asked about though the end of the inbox was not reached: results of a former life may lie ahead, but so may
     * hours of rows.
     */
    private static final long CATCH_UP_MS = 1_000;

    private final List<CallStep> steps;
    private long startedMs = Long.MIN_VALUE;
    private boolean caughtUp;

    /** A step that calls. */
    record CallStep(int step, OperatorNode node, CallOperator operator, CallDesk desk) {}

    SlotCalls(List<CallStep> steps) {
        this.steps = List.copyOf(steps);
    }

    void onArrival(Runnable wake) {
        steps.forEach(step -> step.desk().onArrival(wake));
    }

    /** Takes a result from the inbox; returns whether a row went on with it. */
    boolean take(OwnRecord.Result result) {
        for (CallStep one : steps) {
            if (one.step() == result.call().step()
                    && one.operator().answered(result.call(), result.failed(), result.bytes(), one.node())) {
                one.desk().settled(result.call());
                return true;
            }
        }
        return false;
    }

    /** @param atEnd whether everything in the inbox was processed */
    int doWork(long nowMs, boolean atEnd) {
        if (steps.isEmpty()) {
            return 0;
        }
        if (startedMs == Long.MIN_VALUE) {
            startedMs = nowMs;
        }
        caughtUp |= atEnd || nowMs - startedMs >= CATCH_UP_MS;
        int work = 0;
        for (CallStep one : steps) {
            work += one.desk().doWork(nowMs, caughtUp);
        }
        return work;
    }

    @Override
    public void close() {
        steps.forEach(step -> Closing.quietly("a service", step.desk()::close));
    }
}
