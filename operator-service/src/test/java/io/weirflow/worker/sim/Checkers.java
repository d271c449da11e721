package io.weirflow.worker.sim;

import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.frame.OwnRecordCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.testkit.log.MemoryLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Shows all checkers what becomes durable, and remembers how far slots have come. */
public final class Checkers {

    static final String PIPELINE = "sim";
    static final String OUT_TOPIC = "sim-out";

    private static final List<String> UIDS = List.of("events", "work", "out");
    private static final int MAX_INCARNATIONS = 20;

    private final MemoryLog log;
    private final Receivers receivers = new Receivers();
    private final List<Checker> checkers;
    private final Map<LogPartition, Long> followed = new HashMap<>();
    private final Map<LogPartition, Set<Integer>> finished = new HashMap<>();
    private final FrameReader frames = new FrameReader();
    private final ByteReader bytes = new ByteReader();

    /** @param honest inboxes in which no row is late */
    public Checkers(MemoryLog log, Predicate<LogPartition> honest) {
        this.log = log;
        this.checkers = List.of(
                new WatermarkHonest(receivers, honest),
                new SameBytes(),
                new Chain(receivers),
                new OutputBeforeCommit(receivers),
                new AtomicCheckpoint(),
                new NoSenderReuse(),
                new DeltaBase(),
                new MonotonicCheckpoint(),
                new PrefixDurability(log),
                new OneCheckpointOwner(),
                new FenceBeforeRead(),
                new SinkAtomic());
    }

    public void follow(LogPartition inbox) {
        followed.put(inbox, 0L);
    }

    public boolean finished(LogPartition changelog, Incarnation incarnation) {
        return finished.getOrDefault(changelog, Set.of()).contains(incarnation.number());
    }

    public void opened(LogPartition changelog, String lease) {
        checkers.forEach(checker -> checker.opened(changelog, lease));
    }

    public void decided(ControlRecord decision) {
        checkers.forEach(checker -> checker.decided(decision));
    }

    /** Looks at the frames that have come since. */
    public void look() {
        followed.keySet().forEach(this::look);
    }

    private void look(LogPartition inbox) {
        long end = log.end(inbox);
        for (long offset = followed.getOrDefault(inbox, 0L); offset < end; offset++) {
            followed.put(inbox, offset + 1);
            MemoryLog.Entry entry = log.read(inbox, offset);
            if (entry != null && entry.value() != null && !OwnRecordCodec.isOwn(entry.value())) {
                SentFrame frame = frame(inbox, offset, entry.value());
                checkers.forEach(checker -> checker.sent(frame));
                receivers.sent(frame);
            }
        }
    }

    private SentFrame frame(LogPartition inbox, long offset, byte[] value) {
        frames.open(value);
        List<SentFrame.SentRow> rows = new ArrayList<>();
        while (frames.next()) {
            frames.row(bytes);
            StringBuilder text = new StringBuilder(frames.port() + ":");
            while (bytes.remaining() > 0) {
                text.append(' ').append(bytes.readByte());
            }
            rows.add(new SentFrame.SentRow(frames.eventTimeMs(), text.toString()));
        }
        return new SentFrame(inbox, offset, frames.sender(), frames.firstSequence(), rows, frames.watermarkMs());
    }

    public void written(String lease, List<LogRecord> records) {
        List<LogPartition> changelogs = parse(lease, records).changelogs();
        checkers.forEach(checker -> checker.written(lease, changelogs));
    }

    public void committed(String lease, List<LogRecord> records) {
        look();
        Committed transaction = parse(lease, records);
        transaction.checkpoints().stream()
                .filter(one -> one.progress().finished())
                .forEach(one -> finished.computeIfAbsent(one.changelog(), any -> new HashSet<>())
                        .add(one.progress().incarnation().number()));
        Consumer<Checker> show = checker -> checker.committed(transaction);
        checkers.forEach(show);
    }

    private static Committed parse(String lease, List<LogRecord> records) {
        Set<LogPartition> changelogs = new LinkedHashSet<>();
        List<Committed.Checkpoint> checkpoints = new ArrayList<>();
        Set<LogPartition> bare = new HashSet<>();
        Map<String, Long> rows = new HashMap<>();
        Map<String, Long> numbers = new HashMap<>();
        for (LogRecord record : records) {
            if (record.topic().startsWith(OUT_TOPIC)) {
                String value = new String(record.value(), StandardCharsets.UTF_8);
                String sink = value.substring(0, value.indexOf(':', value.indexOf(':') + 1));
                rows.merge(record.topic().substring(OUT_TOPIC.length()) + ":" + sink, 1L, Long::sum);
                continue;
            }
            LogPartition changelog = new LogPartition(record.topic(), record.partition());
            changelogs.add(changelog);
            byte[] key = record.key();
            if (Arrays.equals(key, ProgressCodec.progressKey())) {
                bare.remove(changelog);
                Progress progress = ProgressCodec.decode(record.value());
                checkpoints.add(new Committed.Checkpoint(stageOf(changelog), changelog, progress));
            } else if (ProgressCodec.stepOfPublishedKey(key).isPresent()) {
                String sink = ProgressCodec.stepOfPublishedKey(key).getAsInt() == 0 ? "rows" : "sums";
                number(record.value(), sink + ":" + changelog.partition(), numbers);
            } else if (!ProgressCodec.isEngineKey(key)) {
                bare.add(changelog);
            }
        }
        return new Committed(lease, List.copyOf(changelogs), checkpoints, !bare.isEmpty(), rows, numbers);
    }

    /** The codec tells the number only to those who know the incarnation. */
    private static void number(byte[] value, String sink, Map<String, Long> numbers) {
        Incarnation incarnation = Incarnation.FIRST;
        for (int i = 0; i < MAX_INCARNATIONS; i++) {
            long number = ProgressCodec.decodePublished(value, incarnation);
            if (number > 0) {
                numbers.put(suffix(incarnation) + ":" + sink, number);
                return;
            }
            incarnation = incarnation.next();
        }
        throw new IllegalStateException("more runs than expected");
    }

    /** Returns what the names of the output topics of a run end with, so that the rows of runs can be told apart. */
    public static String suffix(Incarnation incarnation) {
        return incarnation.equals(Incarnation.FIRST) ? "" : "-" + incarnation.number();
    }

    public static LogPartition inbox(int stage, int partition) {
        return new LogPartition(Names.inboxTopic(PIPELINE, UIDS.get(stage)), partition);
    }

    public static LogPartition changelog(int stage, int partition) {
        return new LogPartition(Names.changelogTopic(PIPELINE, UIDS.get(stage)), partition);
    }

    static int stageOf(LogPartition changelog) {
        for (int stage = 0; stage < UIDS.size(); stage++) {
            if (changelog.topic().equals(changelog(stage, 0).topic())) {
                return stage;
            }
        }
        throw new IllegalArgumentException("not a changelog: " + changelog);
    }
}
