package io.weirflow.protocol.savepoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.chain.SenderState;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.Course;
import io.weirflow.protocol.checkpoint.Progress.OutputState;
import io.weirflow.protocol.checkpoint.Progress.SinkState;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.plan.SamplePlans;
import io.weirflow.protocol.savepoint.RestoredProgress.Span;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RestoredProgressTest {

    private static final Incarnation FROM = new Incarnation(3);
    private static final Incarnation TO = new Incarnation(7);
    private static final StagePlan SOURCE = SamplePlans.twoStages("p", 2).stage(0);
    private static final StagePlan INBOX = SamplePlans.twoStages("p", 2).stage(1);

    private static final Span NOTHING = new Span(0, 0);

    private static final Progress SAVED = new Progress(
            FROM,
            12,
            500,
            1_000,
            1_100,
            false,
            List.of(new SenderState(new SenderId(0, FROM, 1), 42, 99, 1_000, true)),
            List.of(new OutputState(2, 1, 17, 88)),
            List.of(new SinkState(4, 30, 31), new SinkState(5, 30, 0)));

    @Test
    void aSlotWithAnInboxGoesOnWhereThatBegins() {
        Progress restored =
                RestoredProgress.of(SAVED.withPublished(Map.of(4, 35L)), 0, INBOX, TO, new Span(2_000, 2_010));
        assertThat(restored.incarnation()).isEqualTo(TO);
        assertThat(restored.nextPosition()).isEqualTo(2_000);
        assertThat(restored.senders()).containsExactly(new SenderState(new SenderId(0, TO, 1), 42, 99, 1_000, true));
        assertThat(restored.outputs()).isEqualTo(SAVED.outputs());
        assertThat(restored.checkpoint()).isEqualTo(12);
    }

    @Test
    void aSlotThatReadsASourceKeepsItsPosition() {
        assertThat(RestoredProgress.of(SAVED, 0, SOURCE, TO, NOTHING).nextPosition())
                .isEqualTo(500);
    }

    @Test
    void kafkaSinksKeepTheirNumbersAndOthersCountFromOne() {
        assertThat(RestoredProgress.of(SAVED.withPublished(Map.of(4, 35L)), 0, INBOX, TO, NOTHING)
                        .sinks())
                .containsExactly(new SinkState(4, 30, 35));
    }

    @Test
    void aSlotWithoutACheckpointHasOneSoThatItBeginsAtItsInbox() {
        Progress restored = RestoredProgress.of(Progress.initial(FROM), 0, INBOX, TO, new Span(9, 9));
        assertThat(restored.checkpoint()).isEqualTo(1);
        assertThat(restored.nextPosition()).isEqualTo(9);
    }

    @Test
    void aSlotThatHadComeFurtherThanItsCheckpointKeepsItsVersionUpToThere() {
        StagePlan third = SOURCE.withVersion(3);
        Progress saved = SAVED.withCourse(new Course(3, 100, 164));
        assertThat(RestoredProgress.of(saved, 228, third, TO, NOTHING).course()).isEqualTo(new Course(3, 100, 228));
        assertThat(RestoredProgress.of(saved, 100, third, TO, NOTHING).course())
                .as("no life of it had come further")
                .isEqualTo(new Course(3, 100, 100));
    }

    @Test
    void inAnInboxAllThatWasWrittenBackIsProcessedByTheVersionThatItHad() {
        Progress saved = SAVED.withCourse(new Course(3, 100, 164));
        Span inbox = new Span(2_000, 2_030);
        assertThat(RestoredProgress.of(saved, 164, INBOX.withVersion(3), TO, inbox)
                        .course())
                .isEqualTo(new Course(3, 100, 130));
        assertThat(RestoredProgress.of(saved, 100, INBOX.withVersion(3), TO, inbox)
                        .course())
                .as("nobody has processed it yet")
                .isEqualTo(new Course(3, 100, 100));
    }

    @Test
    void aSlotThatWasOpenedAfterItsStateWasCopiedHasTheVersionOfItsStage() {
        Progress restored = RestoredProgress.of(Progress.initial(FROM), 64, INBOX.withVersion(2), TO, new Span(9, 12));
        assertThat(restored.course()).isEqualTo(new Course(2, 0, 3));
    }
}
