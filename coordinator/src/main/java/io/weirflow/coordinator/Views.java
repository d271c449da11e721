package io.weirflow.coordinator;

import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.coordinator.ControlView.FollowerView;
import io.weirflow.coordinator.ControlView.PipelineView;
import io.weirflow.coordinator.ControlView.PoisonView;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.ControlView.SlotView;
import io.weirflow.coordinator.ControlView.StageView;
import io.weirflow.coordinator.ControlView.WorkerView;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.LeaderElected;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes snapshots. */
final class Views {

    private Views() {}

    static ControlView of(Role role, ControlState control, Observations seen, long nowMs) {
        List<WorkerView> workers = seen.workers().stream()
                .filter(worker -> seen.alive(worker, nowMs))
                .map(worker -> new WorkerView(worker.worker(), worker.scope()))
                .toList();
        List<PipelineView> pipelines = control.pipelines().stream()
                .map(run -> pipeline(run, control, seen))
                .toList();
        long term = control.leader().map(LeaderElected::term).orElse(0L);
        String leader = control.leader().map(LeaderElected::address).orElse("");
        return new ControlView(role, term, leader, workers, pipelines);
    }

    private static PipelineView pipeline(PipelineAdmitted run, ControlState control, Observations seen) {
        return new PipelineView(
                run.name(),
                run.instance(),
                run.incarnation(),
                run.fingerprint(),
                control.phase(run),
                control.reason(run),
                control.checkpoint(run.name()),
                run.plan().stages().stream()
                        .map(stage -> new StageView(
                                stage.name(),
                                stage.uid(),
                                stage.slots(),
                                control.workers(run.name(), stage.uid()),
                                stage.standbys(),
                                trimmed(stage, control.trimmed(run.name())),
                                seen.inboxBytes(Names.inboxTopic(run.name(), stage.uid())),
                                stage.version()))
                        .toList(),
                ControlState.slots(run).stream()
                        .map(slot -> slot(run, slot, control, seen))
                        .toList(),
                control.poisoned(run).stream().map(found -> poison(run, found)).toList());
    }

    private static PoisonView poison(PipelineAdmitted run, RecordPoisoned found) {
        return new PoisonView(
                run.plan().stage(found.slot().stage()).name(),
                found.slot().partition(),
                found.poison().place(),
                found.reason(),
                found.poison().record(),
                found.poison().stageVersion(),
                found.parked());
    }

    private static long trimmed(StagePlan stage, InboxesTrimmed trimmed) {
        return stage.input() instanceof StageInput.Inbox
                ? IntStream.range(0, stage.slots())
                        .mapToLong(partition -> trimmed.before(stage.uid(), partition))
                        .sum()
                : -1;
    }

    private static SlotView slot(PipelineAdmitted run, SlotId slot, ControlState control, Observations seen) {
        Optional<SlotAssigned> assigned = control.assignment(run, slot);
        return new SlotView(
                slot,
                run.plan().stage(slot.stage()).name(),
                assigned.map(SlotAssigned::worker),
                control.epoch(slot),
                assigned.map(SlotAssigned::revoked).orElse(false),
                assigned.flatMap(seen::status),
                seen.attempts(slot).failures(),
                control.followers(run, slot).stream()
                        .map(name -> follower(run, slot, name, seen))
                        .toList());
    }

    private static FollowerView follower(PipelineAdmitted run, SlotId slot, String name, Observations seen) {
        return seen.follower(slot, run.instance(), name)
                .map(report -> new FollowerView(name, report.checkpoint(), report.lagRecords()))
                .orElseGet(() -> new FollowerView(name, SlotStatus.NONE, SlotStatus.NONE));
    }
}
