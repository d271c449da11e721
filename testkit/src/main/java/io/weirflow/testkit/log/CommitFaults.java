package io.weirflow.testkit.log;

import io.weirflow.protocol.log.LogRecord;
import java.util.List;

/** Decides what becomes of the commits of one lease, and lets others go on while one is under way. */
public interface CommitFaults {

    /** Everything is committed. */
    CommitFaults NONE = records -> Outcome.DONE;

    /** What becomes of a commit. Of all but the first the client learns only that it failed (K10). */
    enum Outcome {
        DONE,
        /** Nothing was written. */
        REFUSED,
        /** The records lie open in the log until the lease is taken, which aborts them. */
        LEFT_OPEN,
        /** The decision to commit is made, and the lease's next holder completes it. */
        LEFT_PREPARED,
        /** It is committed, and the answer was lost. */
        DONE_UNHEARD
    }

    /** A commit is about to write its records. */
    Outcome next(List<LogRecord> records);

    /** A commit has written its records and not ended its transaction. */
    default void written() {}
}
