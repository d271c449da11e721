package io.weirflow.coordinator.savepoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Plans;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.Course;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.savepoint.SavepointBlock;
import io.weirflow.protocol.savepoint.SavepointManifest;
import io.weirflow.testkit.log.MemoryLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to slots while a savepoint is taken, between the copy of their changelogs and the ends of their inboxes. */
final class SavepointTakerTest {

    private static final Pipeline PLAN = Plans.twoStages("p", 1);
    private static final LogPartition SOURCE = new LogPartition(Names.changelogTopic("p", "events"), 0);
    private static final LogPartition OUT = new LogPartition(Names.changelogTopic("p", "out"), 0);
    private static final LogPartition INBOX = new LogPartition(Names.inboxTopic("p", "out"), 0);

    private final MemoryLog log = new MemoryLog(() -> 1_000);
    private final List<SavepointBlock> blocks = new ArrayList<>();
    private final List<RecordPoisoned> parked = new ArrayList<>();

    private long inboxStart;

    /** What happens just before somebody looks where the inbox ends. */
    private Runnable meanwhile = () -> {};

    @BeforeEach
    void topics() {
        List.of(SOURCE, OUT, INBOX).forEach(one -> log.createTopic(one.topic(), 1));
    }

    private void checkpoints() {
        checkpoint(SOURCE, 3, new Course(1, 100, 164));
        checkpoint(OUT, 2, new Course(1, 40, 104));
    }

    private void checkpoint(LogPartition changelog, long number, Course course) {
        Progress progress = new Progress(
                Incarnation.FIRST,
                number,
                course.taken(),
                Long.MIN_VALUE,
                Long.MIN_VALUE,
                false,
                List.of(),
                List.of(),
                List.of(),
                course);
        log.append(changelog, ProgressCodec.progressKey(), ProgressCodec.encode(progress));
    }

    private static PipelineAdmitted run(Pipeline plan) {
        return new PipelineAdmitted("p", "run-1", Incarnation.FIRST, "f", "/base", plan);
    }

    private SavepointManifest take(Pipeline plan) {
        RunDecisions decisions = new RunDecisions() {
            @Override
            public boolean restores(PipelineAdmitted run) {
                return false;
            }

            @Override
            public List<RecordPoisoned> parked(PipelineAdmitted run) {
                return parked;
            }
        };
        return new SavepointTaker(new Log(), decisions, blocks::add, () -> 0).take(run(plan), "s", 1);
    }

    private void park(long position, int stageVersion) {
        parked.add(new RecordPoisoned(
                new SlotId("p", 1, 0), "run-1", new Poison(position, 0, 0, "{}", stageVersion), "why", true));
    }

    @Test
    void theReachIsThatOfTheMomentWhenTheInboxesAreCut() {
        checkpoints();
        meanwhile = () -> {
            checkpoint(SOURCE, 4, new Course(1, 160, 224));
            checkpoint(OUT, 3, new Course(1, 90, 90));
        };
        SavepointManifest manifest = take(PLAN);
        assertThat(manifest.slots())
                .extracting(SavepointManifest.SlotPart::checkpoint)
                .as("state is that of the copy")
                .containsExactly(3L, 2L);
        assertThat(manifest.slots())
                .extracting(SavepointManifest.SlotPart::reach)
                .containsExactly(224L, 90L);
    }

    @Test
    void aSlotThatGoesOverToAnotherVersionMeanwhileIsNoPartOfASavepoint() {
        checkpoints();
        meanwhile = () -> checkpoint(SOURCE, 4, new Course(2, 160, 160));
        assertThatThrownBy(() -> take(PLAN))
                .isInstanceOf(SavepointFailure.class)
                .hasMessageContaining("an upgrade of stage 'events' is under way; try again");
    }

    @Test
    void aSlotThatHasNotGoneOverYetIsNoPartOfASavepoint() {
        checkpoints();
        Pipeline upgraded = PLAN.withStage(PLAN.stage(1).withVersion(2));
        assertThatThrownBy(() -> take(upgraded)).hasMessageContaining("an upgrade of stage 'out' is under way");
        checkpoint(OUT, 3, new Course(2, 60, 60));
        assertThat(take(upgraded).slots()).hasSize(2);
    }

    @Test
    void aSlotThatIsOpenedOnlyThenHasAReachToo() {
        meanwhile = () -> {
            checkpoint(SOURCE, 0, new Course(1, 0, 64));
            checkpoint(OUT, 0, new Course(1, 0, 32));
        };
        SavepointManifest manifest = take(PLAN);
        assertThat(manifest.slots())
                .extracting(SavepointManifest.SlotPart::changes)
                .containsExactly(0L, 0L);
        assertThat(manifest.slots())
                .extracting(SavepointManifest.SlotPart::reach)
                .containsExactly(64L, 32L);
    }

    @Test
    void aParkedRowThatNoCheckpointCoversIsNotForgotten() {
        checkpoints();
        park(40, 1);
        assertThatThrownBy(() -> take(PLAN))
                .isInstanceOf(SavepointFailure.class)
                .hasMessageContaining("row 40 of stage 'out', slot 0, is parked")
                .hasMessageContaining("try again");
        checkpoint(OUT, 3, new Course(1, 41, 105));
        assertThat(take(PLAN).slots()).hasSize(2);
    }

    @Test
    void aRowThatWasParkedForAFormerVersionMeansNothing() {
        checkpoints();
        park(40, 2);
        assertThat(take(PLAN).slots()).hasSize(2);
    }

    /** An inbox is trimmed for a checkpoint that is durable, though a savepoint may not see it yet (fact K10); found by seed 1000006291 of the simulation of fleets. */
    @Test
    void anInboxThatWasTrimmedForAFirstCheckpointThatIsNotStableIsNotTakenForWhole() {
        checkpoint(SOURCE, 3, new Course(1, 100, 164));
        checkpoint(OUT, 0, new Course(1, 0, 32));
        inboxStart = 3;
        assertThat(take(PLAN).slots()).as("only former runs' frames are gone").hasSize(2);
        meanwhile = () -> checkpoint(OUT, 1, new Course(1, 3, 67));
        assertThatThrownBy(() -> take(PLAN))
                .isInstanceOf(SavepointFailure.class)
                .hasMessageContaining("the first checkpoint of stage 'out', slot 0, was taken meanwhile")
                .hasMessageContaining("try again");
        inboxStart = 0;
        assertThat(take(PLAN).slots()).as("nothing is gone").hasSize(2);
    }

    private final class Log implements SavepointLog {
        @Override
        public long stableEnd(LogPartition partition) {
            return log.lastStable(partition);
        }

        @Override
        public long start(LogPartition partition) {
            return partition.equals(INBOX) ? inboxStart : log.start(partition);
        }

        @Override
        public long end(LogPartition partition) {
            if (partition.equals(INBOX)) {
                meanwhile.run();
            }
            return log.end(partition);
        }

        @Override
        public void readCommitted(LogPartition partition, long from, long to, ChangelogReader.Handler handler) {
            log.committed(partition).stream()
                    .filter(entry -> entry.offset() >= from && entry.offset() < to)
                    .forEach(entry -> handler.record(entry.offset(), entry.key(), entry.value()));
        }

        @Override
        public void readAll(LogPartition partition, long from, long to, InboxHandler handler) {
            throw new UnsupportedOperationException("the inbox is empty");
        }

        @Override
        public LeaseLog openLease(String transactionalId) {
            throw new UnsupportedOperationException("nothing is written");
        }

        @Override
        public void close() {}
    }
}
