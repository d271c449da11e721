package io.weirflow.worker.service;

import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.sink.Committer;
import io.weirflow.worker.sink.SinkRunner;
import io.weirflow.worker.slot.LocalStates;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Who does a worker's work, and where state lives: threads and disks in a service; in a simulation one driver that does everything in turn. */
interface Crew {

    SlotThread slotThread(String name, InboxReader reader, LongSupplier clockMs);

    /** Returns who opens slots and completes sinks. */
    ExecutorService openers(String worker);

    /** @param opener makes the log; called again after a failure */
    Committer committer(String pipeline, Supplier<LeaseLog> opener);

    SinkRunner sinks();

    /** Has somebody do the work of the followers from now on. */
    void run(Followers followers);

    /** The same of who hears how far receivers have come. */
    void run(HeardPositions positions);

    /** Returns what makes classes of a run's expressions. */
    ExpressionCompiler compiler();

    /** Returns where the slots of a run keep their local state. */
    LocalStates states(PipelineAdmitted run);
}
