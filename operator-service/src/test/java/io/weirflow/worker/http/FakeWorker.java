package io.weirflow.worker.http;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.worker.service.FollowerView;
import io.weirflow.worker.service.SlotView;
import io.weirflow.worker.service.WorkerStatus;
import io.weirflow.worker.slot.SlotMetrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A worker that says what a test tells it to: a pipeline {@code p} of a stage {@code in} that reads a source and a stage {@code out} that does not. */
final class FakeWorker implements WorkerStatus {

    static final SlotId SOURCE = new SlotId("p", 0, 0);
    static final SlotId INBOX = new SlotId("p", 1, 3);
    static final SlotStatus RUNNING = new SlotStatus.Running(1, 1, 1);

    private static final RowType ROWS = RowType.of(Column.required("id", DataType.Scalar.BIGINT));
    private static final StagePlan READS = new StagePlan(
            0,
            "in",
            "in",
            1,
            new StageInput.Source(
                    "numbers",
                    "generator",
                    Options.NONE,
                    "json",
                    Options.NONE,
                    ROWS,
                    new EventTime.Ingestion(0, 0),
                    true,
                    false),
            List.of(step("numbers", new StepSpec.Send(1, 0, new StepSpec.Partitioning.ByKey(List.of())))));
    private static final StagePlan WRITES = new StagePlan(
            1,
            "out",
            "out",
            4,
            new StageInput.Inbox(List.of(new StageInput.Port(0, ROWS))),
            List.of(
                    step("spread", new StepSpec.Send(1, 0, new StepSpec.Partitioning.ByKey(List.of()))),
                    new Step(
                            1,
                            "pager",
                            List.of(new Upstream.FromPort(0, Tag.MAIN)),
                            ROWS,
                            ROWS,
                            new StepSpec.Sink(
                                    "pager", "webhook", Options.NONE, "json", Options.NONE, Guarantee.AT_MOST_ONCE)),
                    new Step(
                            2,
                            "scored",
                            List.of(new Upstream.FromPort(0, Tag.MAIN)),
                            ROWS,
                            ROWS,
                            new StepSpec.Call("http", Options.NONE, List.of(), RowType.EMPTY, 1, 0, 1, false, 0, 0))));

    final Map<SlotId, SlotView> slots = new ConcurrentSkipListMap<>();
    final List<FollowerView> followers = new CopyOnWriteArrayList<>();
    volatile boolean live = true;
    volatile boolean caughtUp = true;
    volatile boolean draining;
    volatile RuntimeException bug;

    private static Step step(String entry, StepSpec spec) {
        return new Step(0, entry, List.of(new Upstream.FromPort(0, Tag.MAIN)), ROWS, ROWS, spec);
    }

    void follow(SlotId slot, long checkpoint, long lagRecords) {
        followers.add(new FollowerView(slot, slot.stage() == 0 ? READS : WRITES, checkpoint, lagRecords));
    }

    SlotMetrics hold(SlotId slot, SlotStatus status) {
        return hold(slot, status, -1, 2_500, new SlotMetrics());
    }

    SlotMetrics hold(SlotId slot, SlotStatus status, long openingMs, long ageMs, SlotMetrics metrics) {
        StagePlan stage = slot.stage() == 0 ? READS : WRITES;
        slots.put(slot, new SlotView(slot, stage, status, openingMs, ageMs, metrics));
        return metrics;
    }

    @Override
    public WorkerId id() {
        return new WorkerId("w", 2);
    }

    @Override
    public boolean live() {
        return live;
    }

    @Override
    public boolean caughtUp() {
        return caughtUp;
    }

    @Override
    public boolean draining() {
        return draining;
    }

    @Override
    public List<FollowerView> followers() {
        return followers;
    }

    @Override
    public List<SlotView> slots() {
        if (bug != null) {
            throw bug;
        }
        return List.copyOf(slots.values());
    }
}
