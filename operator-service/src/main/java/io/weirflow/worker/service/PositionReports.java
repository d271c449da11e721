package io.weirflow.worker.service;

import io.weirflow.api.pipeline.StageInput;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.FleetRecord.InboxPosition;
import io.weirflow.protocol.fleet.FleetRecord.InboxPositions;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Says how far this worker's slots have processed their inboxes, one report for each pipeline. The worker's control thread's. */
final class PositionReports {

    private final WorkerId worker;
    private final Hosts hosts;
    private Map<String, InboxPositions> told = Map.of();

    PositionReports(WorkerId worker, Hosts hosts) {
        this.worker = worker;
        this.hosts = hosts;
    }

    /** Returns the reports of pipelines of which something has moved since the last call. */
    Stream<FleetRecord> moved(Collection<HeldSlot> held) {
        Map<String, InboxPositions> before = told;
        told = now(held);
        return told.values().stream()
                .filter(report -> !report.equals(before.get(report.pipeline())))
                .map(FleetRecord.class::cast);
    }

    /** Returns what was told last, again: those who have begun to listen since have not heard it. */
    Stream<FleetRecord> again() {
        return told.values().stream().map(FleetRecord.class::cast);
    }

    private Map<String, InboxPositions> now(Collection<HeldSlot> held) {
        Map<PipelineHost, List<InboxPosition>> byHost = new LinkedHashMap<>();
        for (HeldSlot slot : held) {
            hosts.ofPipeline(slot.id().pipeline())
                    .filter(host -> host.stage(slot.id()).input() instanceof StageInput.Inbox)
                    .ifPresent(host -> byHost.computeIfAbsent(host, any -> new ArrayList<>())
                            .add(new InboxPosition(slot.id().stage(), slot.id().partition(), slot.position())));
        }
        Map<String, InboxPositions> reports = new HashMap<>();
        byHost.forEach((host, inboxes) ->
                reports.put(host.pipeline(), new InboxPositions(worker, host.pipeline(), host.instance(), inboxes)));
        return reports;
    }
}
