package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed.Trim;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.WorkerId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule R14: what is trimmed, when, and by whose word. Stage 1 of the pipeline reads an inbox, stage 0 a source. */
final class TrimmingTest {

    private static final WorkerId W1 = new WorkerId("w1", 1);
    private static final WorkerId W2 = new WorkerId("w2", 1);
    private static final long INTERVAL_MS = Scenario.POLICY.trimIntervalMs();

    private final Scenario s = new Scenario().beats(W1);

    private void start() {
        s.step();
        s.submit(Plans.twoStages("p", 2));
        s.run(1_000);
        s.trace();
    }

    private static SlotStatus at(long position) {
        return new SlotStatus.Running(1, position, 0);
    }

    private List<String> trims() {
        return s.trace().stream().filter(line -> line.startsWith("trim")).toList();
    }

    private static String inbox(int partition) {
        return "p." + Plans.twoStages("p", 2).stage(1).uid() + ".inbox-" + partition;
    }

    @Test
    void anInboxIsTrimmedBelowTheCommittedProgressOfItsSlotOnceItIsWorthIt() {
        start();
        s.status(1, 0, at(5_000));
        s.status(1, 1, at(10));
        s.run(INTERVAL_MS - 2_000);
        assertThat(trims()).as("before the interval is over").isEmpty();
        s.run(3_000);
        assertThat(trims())
                .as("in the log first, then in the inboxes")
                .containsExactlyInAnyOrder("trim/p", "trim " + inbox(0) + " 5000", "trim " + inbox(1) + " 10")
                .first()
                .isEqualTo("trim/p");
    }

    @Test
    void aFewRecordsWaitTenTimesAsLong() {
        start();
        s.status(1, 0, at(7));
        s.run(3 * INTERVAL_MS);
        assertThat(trims()).isEmpty();
        s.run(8 * INTERVAL_MS);
        assertThat(trims()).containsExactly("trim/p", "trim " + inbox(0) + " 7");
    }

    @Test
    void aSourceIsNeverTrimmed() {
        start();
        s.status(0, 0, at(1_000_000));
        s.status(0, 1, at(1_000_000));
        s.run(20 * INTERVAL_MS);
        assertThat(trims()).isEmpty();
    }

    @Test
    void reportsThatAreLateOrOfAFormerEpochDoNotCount() {
        start();
        SlotReport former = new SlotReport(W1, s.slot(1, 0).slot(), s.slot(1, 0).epoch(), at(9_000));
        s.status(1, 0, at(2_000));
        s.run(INTERVAL_MS + 1_000);
        assertThat(trims()).containsExactly("trim/p", "trim " + inbox(0) + " 2000");
        s.status(1, 0, at(1_500));
        s.run(20 * INTERVAL_MS);
        assertThat(trims()).as("a late one says less").isEmpty();
        s.status(1, 0, new SlotStatus.Failed("boom", true));
        s.run(2_000);
        assertThat(s.slot(1, 0).epoch()).isGreaterThan(former.epoch());
        s.report(former);
        s.run(20 * INTERVAL_MS);
        assertThat(trims()).as("one of a former epoch").isEmpty();
    }

    @Test
    void aReportOfAFormerRunDoesNotCount() {
        start();
        SlotReport former = new SlotReport(W1, s.slot(1, 0).slot(), s.slot(1, 0).epoch(), at(9_000));
        s.ask(s.agent.stop("p", true));
        s.run(1_000);
        s.submit(Plans.twoStages("p", 2, "other"));
        s.run(1_000);
        s.report(former);
        s.report(new SlotReport(W2, former.slot(), former.epoch(), at(9_000)));
        s.run(20 * INTERVAL_MS);
        assertThat(trims()).isEmpty();
        assertThat(s.slot(1, 0).epoch()).isGreaterThan(former.epoch());
    }

    @Test
    void aNewLeaderKnowsWhatWasTrimmedAndRemovesItOnceMore() {
        start();
        s.status(1, 0, at(2_000));
        s.run(INTERVAL_MS + 1_000);
        s.trace();
        s.restart("c2");
        assertThat(trims()).containsExactly("trim " + inbox(0) + " 2000");
        s.status(1, 0, at(2_500));
        s.run(INTERVAL_MS + 1_000);
        assertThat(trims()).as("500 are not worth it").isEmpty();
        s.status(1, 0, at(3_000));
        s.run(INTERVAL_MS + 1_000);
        assertThat(trims()).containsExactly("trim/p", "trim " + inbox(0) + " 3000");
    }

    @Test
    void aDecisionThatIsNotInTheLogRemovesNothing() {
        start();
        s.status(1, 0, at(2_000));
        s.run(INTERVAL_MS - 1_100);
        s.trace();
        // Another leads by now.
        var unused = s.cluster.takeControlLog();
        s.run(3_000);
        assertThat(s.trace()).noneMatch(line -> line.startsWith("trim "));
    }

    @Test
    void aPipelineThatIsDeletedHasNoTrimsAnyMore() {
        start();
        s.status(1, 0, at(2_000));
        s.run(INTERVAL_MS + 1_000);
        s.ask(s.agent.stop("p", true));
        s.run(1_000);
        s.ask(s.agent.delete("p"));
        s.run(1_000);
        assertThat(s.cluster.log).contains(new InboxesTrimmed("p", List.of()));
    }

    @Test
    void theRecordSaysHowFarAllInboxesAre() {
        start();
        s.status(1, 1, at(2_000));
        s.run(INTERVAL_MS + 1_000);
        s.status(1, 0, at(4_000));
        s.run(INTERVAL_MS + 1_000);
        String uid = Plans.twoStages("p", 2).stage(1).uid();
        assertThat(s.cluster.log)
                .contains(new InboxesTrimmed("p", List.of(new Trim(uid, 0, 4_000), new Trim(uid, 1, 2_000))));
        assertThat(CoordinatorMetrics.render(s.agent.view()))
                .contains("weirflow_inbox_trimmed_records_total{pipeline=\"p\",stage=\"out\"} 6000\n");
    }
}
