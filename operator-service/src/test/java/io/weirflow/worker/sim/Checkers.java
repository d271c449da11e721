package io.weirflow.worker.sim;

import io.weirflow.api.connector.SinkWriter.Outcome;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.frame.OwnRecord;
import io.weirflow.protocol.frame.OwnRecordCodec;
import io.weirflow.protocol.frame.ReplayedRecord;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.testkit.log.MemoryLog;
import io.weirflow.worker.slot.SimPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
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

    /** The name and the step of the sink whose rows have effects. */
    public static final String EFFECTS = "effects";

    static final int EFFECTS_STEP = 4;
    private static final String UNKNOWN_TOPIC = Names.unknownTopic(PIPELINE, EFFECTS);

    /** Under it, savepoints are written back before any slot reads. */
    private static final String RESTORER = Names.leaseTransactionalId(PIPELINE, Names.RESTORER);

    private static final List<String> UIDS = List.of("events", "work", "out");

    /** By their step in the last stage; those between write elsewhere. */
    public static final Map<Integer, String> SINKS = Map.of(0, "rows", 1, "sums", 5, "called", 6, "calledsums");

    private static final int MAX_INCARNATIONS = 20;

    private final MemoryLog log;
    private final Receivers receivers = new Receivers();
    private final EffectOnce effects = new EffectOnce();
    private final UpgradeCut upgrades = new UpgradeCut();
    private final List<Checker> checkers;
    private final Map<LogPartition, Long> followed = new HashMap<>();
    private final Map<LogPartition, Set<Integer>> finished = new HashMap<>();
    private final FrameReader frames = new FrameReader();
    private final ByteReader bytes = new ByteReader();
    private long seen;

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
                new FenceBeforeRead(log),
                new SinkAtomic(),
                new Retention(),
                effects,
                new FirstResultWins(),
                upgrades);
    }

    /** Returns how many slots of a stage have gone over to another version. */
    public int cuts(int stage) {
        return upgrades.cuts(stage);
    }

    public void follow(LogPartition inbox) {
        followed.put(inbox, 0L);
        seen = 0;
    }

    public boolean finished(LogPartition changelog, Incarnation incarnation) {
        return finished.getOrDefault(changelog, Set.of()).contains(incarnation.number());
    }

    public void opened(LogPartition changelog, String lease) {
        checkers.forEach(checker -> checker.opened(changelog, lease));
    }

    /** Called before records are removed. */
    public void trimmed(LogPartition inbox, long before) {
        look();
        checkers.forEach(checker -> checker.trimmed(inbox, before));
    }

    public void decided(ControlRecord decision) {
        checkers.forEach(checker -> checker.decided(decision));
    }

    public void attempted(EffectName effect) {
        effects.attempted(effect);
    }

    public void happened(EffectName effect) {
        effects.happened(effect);
    }

    public void told(EffectName effect, Outcome outcome) {
        effects.told(effect, outcome);
    }

    /** All rows of a slot of the sink of effects have been made. */
    public void effectsFinished(String slot, long before, long rows) {
        effects.finished(slot, before, rows);
    }

    /** Returns how many effects were listed, of all slots and runs. */
    public long effectsListed() {
        return effects.listed();
    }

    /** Looks at the frames that have come since. */
    public void look() {
        if (seen < log.appends()) {
            followed.keySet().forEach(this::look);
            seen = log.appends();
        }
    }

    private void look(LogPartition inbox) {
        long end = log.end(inbox);
        for (long offset = followed.getOrDefault(inbox, 0L); offset < end; offset++) {
            followed.put(inbox, offset + 1);
            MemoryLog.Entry entry = log.read(inbox, offset);
            if (entry == null || entry.value() == null) {
                continue;
            }
            boolean copied = ReplayedRecord.is(entry.value());
            byte[] value = copied ? ReplayedRecord.decode(entry.value()).value() : entry.value();
            if (OwnRecordCodec.isOwn(value)) {
                OwnRecord own = OwnRecordCodec.decode(value);
                checkers.forEach(checker -> checker.own(inbox, own));
            } else {
                SentFrame frame = frame(inbox, offset, value);
                checkers.forEach(checker -> {
                    if (copied) {
                        checker.copied(frame);
                    } else {
                        checker.sent(frame);
                    }
                });
                receivers.sent(frame);
            }
        }
    }

    private SentFrame frame(LogPartition inbox, long offset, byte[] value) {
        frames.open(value);
        List<SentFrame.SentRow> rows = new ArrayList<>();
        while (frames.next()) {
            frames.row(bytes);
            byte[] row = new byte[bytes.remaining()];
            for (int i = 0; i < row.length; i++) {
                row[i] = (byte) bytes.readByte();
            }
            int stage = frames.sender().stage();
            int port = frames.severalPorts() ? frames.port() : 0;
            rows.add(new SentFrame.SentRow(
                    frames.eventTimeMs(),
                    frames.port(),
                    HexFormat.of().formatHex(row),
                    SimPlan.markIn(stage, port, row)));
        }
        return new SentFrame(inbox, offset, frames.sender(), frames.firstSequence(), rows, frames.watermarkMs());
    }

    /**
     * Returns what shows a log's transactions to all checkers.
     *
     * @param watched runs what may find a violation
     */
    public MemoryLog.Observer observer(Consumer<Runnable> watched) {
        return new MemoryLog.Observer() {
            @Override
            public void committed(String lease, List<LogRecord> records) {
                watched.accept(() -> Checkers.this.committed(lease, records));
            }

            @Override
            public void written(String lease, List<LogRecord> records) {
                watched.accept(() -> Checkers.this.written(lease, records));
            }
        };
    }

    private void written(String lease, List<LogRecord> records) {
        if (lease.equals(RESTORER)) {
            return;
        }
        List<LogPartition> changelogs = parse(lease, records).changelogs();
        checkers.forEach(checker -> checker.written(lease, changelogs));
    }

    private void committed(String lease, List<LogRecord> records) {
        look();
        if (lease.equals(RESTORER)) {
            // Records of inboxes have no keys.
            List<LogRecord> changes =
                    records.stream().filter(record -> record.key() != null).toList();
            parse(lease, changes).checkpoints().forEach(this::restored);
            return;
        }
        Committed transaction = parse(lease, records);
        transaction.checkpoints().stream()
                .filter(one -> one.progress().finished())
                .forEach(one -> finished.computeIfAbsent(one.changelog(), any -> new HashSet<>())
                        .add(one.progress().incarnation().number()));
        Consumer<Checker> show = checker -> checker.committed(transaction);
        checkers.forEach(show);
    }

    private void restored(Committed.Checkpoint begin) {
        if (begin.stage() > 0) {
            receivers.restored(inbox(begin.stage(), begin.changelog().partition()), begin.progress());
        }
        checkers.forEach(checker -> checker.restored(begin));
    }

    private static Committed parse(String lease, List<LogRecord> records) {
        Set<LogPartition> changelogs = new LinkedHashSet<>();
        List<Committed.Checkpoint> checkpoints = new ArrayList<>();
        Set<LogPartition> bare = new HashSet<>();
        Map<String, Long> rows = new HashMap<>();
        Map<String, Long> numbers = new HashMap<>();
        Map<String, Committed.Ledger> ledgers = new HashMap<>();
        List<EffectName> listed = new ArrayList<>();
        for (LogRecord record : records) {
            if (record.topic().startsWith(OUT_TOPIC)) {
                String value = new String(record.value(), StandardCharsets.UTF_8);
                String sink = value.substring(0, value.indexOf(':', value.indexOf(':') + 1));
                rows.merge(record.topic().substring(OUT_TOPIC.length()) + ":" + sink, 1L, Long::sum);
                continue;
            }
            if (record.topic().equals(UNKNOWN_TOPIC)) {
                listed.add(EffectName.parse(new String(record.key(), StandardCharsets.UTF_8)));
                continue;
            }
            LogPartition changelog = new LogPartition(record.topic(), record.partition());
            changelogs.add(changelog);
            byte[] key = record.key();
            if (Arrays.equals(key, ProgressCodec.progressKey())) {
                bare.remove(changelog);
                Progress progress = ProgressCodec.decode(record.value());
                checkpoints.add(new Committed.Checkpoint(stageOf(changelog), changelog, progress));
            } else if (ProgressCodec.stepOfPublishedKey(key).orElse(-1) == EFFECTS_STEP) {
                ledger(record.value(), changelog.partition(), ledgers);
            } else if (ProgressCodec.stepOfPublishedKey(key).isPresent()) {
                String sink = SINKS.get(ProgressCodec.stepOfPublishedKey(key).getAsInt());
                number(record.value(), sink + ":" + changelog.partition(), numbers);
            } else if (!ProgressCodec.isEngineKey(key)) {
                bare.add(changelog);
            }
        }
        return new Committed(
                lease, List.copyOf(changelogs), checkpoints, !bare.isEmpty(), rows, numbers, ledgers, listed);
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

    /** Read without the codec, which tells numbers only to those who know the incarnation. */
    private static void ledger(byte[] value, int partition, Map<String, Committed.Ledger> ledgers) {
        ByteReader in = new ByteReader(value);
        int version = in.readByte();
        Incarnation incarnation = new Incarnation(in.readVarInt());
        long settled = in.readVarLong();
        long intended = version == 1 ? 0 : in.readVarLong();
        ledgers.put(slotOfEffects(incarnation, partition), new Committed.Ledger(settled, intended));
    }

    /** Returns the name of a slot of the sink of effects in a run. */
    public static String slotOfEffects(Incarnation incarnation, int partition) {
        return "effects" + suffix(incarnation) + ":" + partition;
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

    public static int stageOf(LogPartition changelog) {
        for (int stage = 0; stage < UIDS.size(); stage++) {
            if (changelog.topic().equals(changelog(stage, 0).topic())) {
                return stage;
            }
        }
        throw new IllegalArgumentException("not a changelog: " + changelog);
    }
}
