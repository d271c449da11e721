package io.weirflow.worker.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weirflow.api.connector.Options;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.connect.EnvironmentSecrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker does with the decisions in the control log and says about them; its slots cannot be opened, since there is no changelog. */
final class WorkerTest {

    private static final WorkerId ID = new WorkerId("w", 1);
    private static final SlotId SLOT = new SlotId("test", 0, 0);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ScriptedLogs logs = new ScriptedLogs();
    private final AtomicLong clockMs = new AtomicLong();
    private final RocksDbRuntime states = new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis);
    private Worker worker;

    @TempDir
    private Path folder;

    @BeforeEach
    void startWorker() {
        worker = new Worker(
                WorkerSettings.of(ID, folder, 1),
                logs,
                Connectors.load(getClass().getClassLoader()),
                new EnvironmentSecrets(Map.of()),
                states,
                getClass().getClassLoader(),
                () -> clockMs.addAndGet(1_000));
        worker.start();
    }

    @AfterEach
    void closeWorker() {
        worker.close();
        states.close();
    }

    /** One report may be lost, and nobody else may have the slot before one arrives. */
    @Test
    void aRevokedSlotThatIsNotHeldIsReportedAsReleasedOverAndOver() {
        logs.decide(admitted("run-1"), running("run-1"), assigned("run-1", true, 3));
        await().atMost(LONG).until(() -> released(3) >= 3);
    }

    /** As after a run that failed was started anew: the host of the former run goes, and the slot starts in the next. */
    @Test
    void aSlotOfTheNextRunStartsOnceTheHostOfTheFormerIsClosed() {
        logs.decide(admitted("run-1"), running("run-1"), assigned("run-1", false, 1));
        await().atMost(LONG).until(() -> failed(1) > 0);
        logs.decide(admitted("run-2"), running("run-2"), assigned("run-2", false, 2));
        await().atMost(LONG).until(() -> failed(2) > 0);
        assertThat(worker.failure()).isEmpty();
        assertThat(worker.live()).isTrue();
    }

    /** What was followed is of the former run, whose host goes all the same. */
    @Test
    void aSlotThatWasFollowedInTheFormerRunStartsInTheNext() {
        logs.decide(admitted("run-1"), running("run-1"), new ControlRecord.SlotFollowed(SLOT, "run-1", List.of("w")));
        await().atMost(LONG).until(() -> !worker.followers().isEmpty());
        logs.decide(admitted("run-2"), running("run-2"), assigned("run-2", false, 2));
        await().atMost(LONG).until(() -> failed(2) > 0);
    }

    /** Others have had it in between: what the first decision says of its changelog is not so any more. */
    @Test
    void aSlotThatWasTakenAndGivenBackIsNotOpenedByTheFirstDecision() {
        logs.grantLater();
        logs.decide(admitted("run-1"), running("run-1"), assigned("run-1", false, 1));
        await().atMost(LONG).until(logs::asked);
        logs.decide(assigned("run-1", true, 2), assigned("run-1", false, 3));
        logs.grant();
        await().atMost(LONG).until(() -> failed(1) > 0);
        assertThat(reports(1))
                .filteredOn(SlotStatus.Failed.class::isInstance)
                .extracting(status -> ((SlotStatus.Failed) status).reason())
                .allMatch("the slot was given out anew"::equals);
        await().atMost(LONG).until(() -> failed(3) > 0);
    }

    private long released(long epoch) {
        return reports(epoch, SlotStatus.Released.class);
    }

    private long failed(long epoch) {
        return reports(epoch, SlotStatus.Failed.class);
    }

    private long reports(long epoch, Class<? extends SlotStatus> status) {
        return reports(epoch).stream().filter(status::isInstance).count();
    }

    private List<SlotStatus> reports(long epoch) {
        return logs.reports().stream()
                .filter(FleetRecord.SlotReport.class::isInstance)
                .map(FleetRecord.SlotReport.class::cast)
                .filter(report -> report.slot().equals(SLOT) && report.epoch().equals(new LeaseEpoch(epoch)))
                .map(FleetRecord.SlotReport::status)
                .toList();
    }

    private ControlRecord admitted(String instance) {
        RowType rows = RowType.of(Column.required("at", DataType.Scalar.TIMESTAMP));
        StageInput.Source source = new StageInput.Source(
                "numbers",
                "generator",
                Options.NONE,
                "json",
                Options.NONE,
                rows,
                new EventTime.ByColumn(0, 0, 0),
                true,
                false);
        Pipeline plan = new Pipeline("test", List.of(new StagePlan(0, "numbers", "numbers", 1, source, List.of())));
        return new ControlRecord.PipelineAdmitted(
                "test", instance, Incarnation.FIRST, "fingerprint", folder.toString(), plan);
    }

    private static ControlRecord running(String instance) {
        return new ControlRecord.PhaseChanged("test", instance, Phase.RUNNING, "");
    }

    private static ControlRecord assigned(String instance, boolean revoked, long epoch) {
        return new ControlRecord.SlotAssigned(SLOT, instance, ID, revoked, new LeaseEpoch(epoch));
    }
}
