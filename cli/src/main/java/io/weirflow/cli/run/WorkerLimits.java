package io.weirflow.cli.run;

import io.weirflow.cli.RefusedException;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.worker.service.WorkerSettings;
import io.weirflow.worker.slot.SlotSettings;
import java.nio.file.Path;

/**
 * What a worker may use.
 *
 * @param threads that run slots, 1 to 1,024
 * @param inboxLimitMib of frames that may wait in each inbox before those who send to it wait, 1 to 1,048,576
 */
public record WorkerLimits(int threads, int inboxLimitMib) {

    /** As many threads as there are processors. */
    public static final WorkerLimits DEFAULT =
            new WorkerLimits(Math.max(1, Runtime.getRuntime().availableProcessors()), (int)
                    (SlotSettings.DEFAULT.inboxLimitBytes() >> 20));

    private static final int MAX_THREADS = 1_024;
    private static final int MAX_INBOX_LIMIT_MIB = 1 << 20;

    public WorkerLimits {
        check("--threads", threads, MAX_THREADS);
        check("--inbox-limit", inboxLimitMib, MAX_INBOX_LIMIT_MIB);
    }

    private static void check(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw new RefusedException(option + " must be from 1 to " + max + ", it is " + value);
        }
    }

    /** Returns the settings of a worker of that name with these limits. */
    public WorkerSettings settings(WorkerId id, Path stateDir) {
        return WorkerSettings.of(id, stateDir, threads).withInboxLimit((long) inboxLimitMib << 20);
    }
}
