package io.weirflow.worker.slot;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.checkpoint.Progress.OutputState;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The frames that a slot sends to the slots of other stages. Rows are framed at the end of each duty cycle, or when a frame is large enough;
 * how they are cut is of no importance to the receivers. All go out at the end of the cycle: a record at which the slot fails has made nothing that others
 * see (rule R12). Used by the slot's thread.
 */
final class SlotOutputs {

    private static final int MAX_FRAME_BYTES = 64 << 10;

    /**
     * A watermark alone is not sent more often than this, and goes to every destination: so with many of them, which have rows the more seldom each, it
     * is sent less often. These are about a thousand frames in a second at most.
     */
    private static final long MIN_WATERMARK_INTERVAL_MS = 5;

    private static final long MAX_WATERMARK_INTERVAL_MS = 100;

    /** News of receivers comes twice a second, and to look for it costs a little for each destination. */
    private static final long MIN_LOOK_INTERVAL_MS = 10;

    private final List<Destination> destinations = new ArrayList<>();
    private final Destination[][] byStage;
    private final FrameSender sender;
    private final OutstandingSends sends;
    private final ReceiverPositions receivers;
    private final long watermarkIntervalMs;
    private final List<Ready> ready = new ArrayList<>();
    private @Nullable Destination begun;
    private long watermarkMs = Long.MIN_VALUE;
    private boolean idle;
    private long lastWatermarkSentMs = Long.MIN_VALUE;
    private long lastLookMs = Long.MIN_VALUE;
    private double windowTaken;

    private record Ready(LogPartition inbox, byte[] frame, FrameSender.Callback callback) {}

    private static final class Destination {
        final int stage;
        final LogPartition inbox;
        final SenderId sender;
        final boolean severalPorts;
        final SendWindow window;
        FrameBuilder rows;
        long sentWatermarkMs = Long.MIN_VALUE;
        boolean sentIdle;

        Destination(int stage, LogPartition inbox, SenderId sender, boolean severalPorts, long windowBytes) {
            this.stage = stage;
            this.inbox = inbox;
            this.sender = sender;
            this.severalPorts = severalPorts;
            this.window = new SendWindow(windowBytes);
            this.rows = new FrameBuilder(sender, severalPorts, 0, 0);
        }
    }

    /**
     * @param receivers how far the slots have come that this one sends to
     * @param inboxLimitBytes see {@link SlotSettings#inboxLimitBytes}
     */
    SlotOutputs(
            Pipeline pipeline,
            StagePlan stage,
            SenderId self,
            FrameSender sender,
            OutstandingSends sends,
            ReceiverPositions receivers,
            long inboxLimitBytes) {
        this.receivers = receivers;
        this.sender = sender;
        this.sends = sends;
        this.byStage = new Destination[pipeline.stages().size()][];
        sendsByTarget(stage).forEach((target, ports) -> {
            StagePlan to = pipeline.stage(target);
            byStage[target] = new Destination[to.slots()];
            long windowBytes = Math.max(1, inboxLimitBytes / sendersOf(pipeline, to));
            for (int partition = 0; partition < to.slots(); partition++) {
                LogPartition inbox = new LogPartition(Names.inboxTopic(pipeline.name(), to.uid()), partition);
                Destination destination = new Destination(target, inbox, self, ports > 1, windowBytes);
                byStage[target][partition] = destination;
                destinations.add(destination);
            }
        });
        this.watermarkIntervalMs =
                Math.max(MIN_WATERMARK_INTERVAL_MS, Math.min(MAX_WATERMARK_INTERVAL_MS, destinations.size()));
    }

    private static long sendersOf(Pipeline pipeline, StagePlan receiver) {
        return ((StageInput.Inbox) receiver.input())
                .ports().stream()
                        .mapToInt(StageInput.Port::fromStage)
                        .distinct()
                        .mapToLong(from -> pipeline.stage(from).slots())
                        .sum();
    }

    private static TreeMap<Integer, Integer> sendsByTarget(StagePlan stage) {
        TreeMap<Integer, Integer> ports = new TreeMap<>();
        for (Step step : stage.steps()) {
            if (step.spec() instanceof StepSpec.Send send) {
                ports.merge(send.stage(), 1, Integer::sum);
            }
        }
        return ports;
    }

    /** Goes on after the rows that a checkpoint knows of. */
    void restore(List<OutputState> states) {
        for (OutputState state : states) {
            Destination @Nullable [] slots = state.stage() < byStage.length ? byStage[state.stage()] : null;
            if (slots != null && state.partition() < slots.length) {
                Destination to = slots[state.partition()];
                to.rows = new FrameBuilder(to.sender, to.severalPorts, state.lastSequence(), state.hash());
            }
        }
    }

    /** Returns what was sent to each destination; call it after {@link #flush}. */
    List<OutputState> states() {
        return destinations.stream()
                .map(to -> new OutputState(to.stage, to.inbox.partition(), to.rows.lastSequence(), to.rows.hash()))
                .toList();
    }

    /** Begins to add a row for a slot of another stage: write its binary form to what is returned, then call {@link #end()}. */
    ByteWriter begin(int stage, int partition, int port, long eventTimeMs) {
        begun = byStage[stage][partition];
        return begun.rows.begin(port, eventTimeMs);
    }

    /** Ends to add the row that was begun. */
    void end() {
        Destination to = Objects.requireNonNull(begun, "a row that was begun");
        to.rows.end();
        if (to.rows.sizeBytes() >= MAX_FRAME_BYTES) {
            // The watermark may be newer than rows that this very record still makes, so it waits for the flush.
            // Nor does it say that the slot is idle, which it was before this record.
            frame(to, FrameBuilder.NO_WATERMARK, false);
        }
    }

    /**
     * Says that every row of this slot with an event time of at most {@code newWatermarkMs} was added.
     *
     * @param nowIdle whether this slot holds back no watermark for now
     */
    void watermark(long newWatermarkMs, boolean nowIdle) {
        watermarkMs = Math.max(watermarkMs, newWatermarkMs);
        idle = nowIdle;
    }

    /** Says that no more rows come: tells every destination the last watermark first, then the end of time. */
    void end(long lastFiniteMs) {
        if (watermarkMs == Long.MAX_VALUE) {
            return;
        }
        watermark(lastFiniteMs, false);
        for (Destination to : destinations) {
            if (to.rows.count() > 0 || to.sentWatermarkMs != watermarkMs || to.sentIdle) {
                frame(to, watermarkMs, idle);
                to.sentWatermarkMs = watermarkMs;
            }
        }
        watermarkMs = Long.MAX_VALUE;
    }

    /** Frames and sends the rows that wait, and news of the watermark, though not too often. Returns the number of frames. */
    int flush(long nowMs, boolean force) {
        boolean tellAll = force
                || watermarkMs == Long.MAX_VALUE
                || lastWatermarkSentMs == Long.MIN_VALUE
                || nowMs - lastWatermarkSentMs >= watermarkIntervalMs;
        int frames = 0;
        for (Destination to : destinations) {
            if (to.rows.count() > 0 || (tellAll && isNews(to))) {
                frame(to, watermarkMs, idle);
                to.sentWatermarkMs = watermarkMs;
                frames++;
            }
        }
        if (frames > 0 && tellAll) {
            lastWatermarkSentMs = nowMs;
        }
        return sendReady();
    }

    /**
     * Returns which share is taken of what may wait in the fullest of the inboxes, see {@link SendWindow}: from 1 on the slot had better make no more rows. It is
     * found out anew a hundred times a second.
     */
    double windowTaken(long nowMs) {
        if (lastLookMs == Long.MIN_VALUE || nowMs - lastLookMs >= MIN_LOOK_INTERVAL_MS) {
            lastLookMs = nowMs;
            windowTaken = 0;
            for (Destination to : destinations) {
                to.window.processed(receivers.next(to.stage, to.inbox.partition()));
                windowTaken = Math.max(windowTaken, to.window.taken());
            }
        }
        return windowTaken;
    }

    /** Returns whether every destination knows the watermark. */
    boolean toldAll() {
        for (Destination to : destinations) {
            if (isNews(to)) {
                return false;
            }
        }
        return true;
    }

    private boolean isNews(Destination to) {
        return to.sentWatermarkMs != watermarkMs || to.sentIdle != idle;
    }

    private int sendReady() {
        int frames = ready.size();
        ready.forEach(one -> sender.send(one.inbox(), one.frame(), one.callback()));
        ready.clear();
        return frames;
    }

    /** Ends a frame. It counts as under way from now on. */
    private void frame(Destination to, long frameWatermarkMs, boolean frameIdle) {
        byte[] frame = to.rows.build(frameWatermarkMs, frameIdle);
        to.sentIdle = frameIdle;
        to.window.sending(frame.length);
        ready.add(new Ready(to.inbox, frame, sends.track(frame.length, to.window::durable)));
    }
}
