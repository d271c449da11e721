package io.weirflow.coordinator;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.protocol.control.ControlCodec;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.LeaderElected;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.SlotFollowed;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FencedException;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogUnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A cluster in memory: one log that fences writers, a fleet topic, and a trace of what happened in which order. */
final class MemoryCluster implements Cluster {

    /** The log as written. */
    final List<ControlRecord> log = new ArrayList<>();

    /** Appends and fences, in order: what rule R7 is about. */
    final List<String> trace = new ArrayList<>();

    final List<FleetRecord> fleet = new ArrayList<>();
    final List<String> topics = new ArrayList<>();
    final Map<LogPartition, Long> ends = new HashMap<>();
    boolean away;
    boolean loseNextAnswer;
    String refusal = "";
    private LeaderElected leader;
    private int writer;

    /** Returns what log compaction may leave: the last record of each key, in the log's order. */
    static List<ControlRecord> compacted(List<ControlRecord> log) {
        Map<String, ControlRecord> last = new LinkedHashMap<>();
        log.forEach(one -> {
            last.remove(one.key());
            last.put(one.key(), one);
        });
        return List.copyOf(last.values());
    }

    private void check() {
        if (away) {
            throw new LogUnavailableException("away", new IllegalStateException("away"));
        }
    }

    @Override
    public ControlLogReader openControlLog() {
        check();
        int end = log.size();
        return new ControlLogReader() {
            private int next;

            @Override
            public List<ControlRecord> poll(long maxWaitMs) {
                check();
                List<ControlRecord> records = List.copyOf(log.subList(next, log.size()));
                next = log.size();
                return records;
            }

            @Override
            public boolean caughtUp() {
                return next >= end;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public ControlLogWriter takeControlLog() {
        check();
        int mine = ++writer;
        return new ControlLogWriter() {
            @Override
            public void append(List<ControlRecord> records) {
                check();
                if (mine != writer) {
                    throw new FencedException("fenced", new IllegalStateException("fenced"));
                }
                for (ControlRecord one : records) {
                    log.add(ControlCodec.decode(ControlCodec.key(one), ControlCodec.value(one)));
                    boolean repeated = one instanceof LeaderElected && one.equals(leader);
                    leader = one instanceof LeaderElected elected ? elected : leader;
                    if (!repeated) {
                        trace.add(describe(one));
                    }
                }
                if (loseNextAnswer) {
                    loseNextAnswer = false;
                    throw new LogUnavailableException("no answer", new IllegalStateException("no answer"));
                }
            }

            @Override
            public void close() {}
        };
    }

    private static String describe(ControlRecord record) {
        if (record instanceof SlotAssigned assigned) {
            return (assigned.revoked() ? "revoke " : "assign ") + assigned.slot() + " " + assigned.worker() + " e"
                    + assigned.epoch().number();
        }
        if (record instanceof SlotFollowed followed) {
            return "follow " + followed.slot() + " " + followed.workers();
        }
        if (record instanceof PhaseChanged changed) {
            return changed.name() + " " + changed.phase();
        }
        if (record instanceof LeaderElected elected) {
            return "leader " + elected.coordinator() + " " + elected.term();
        }
        return record.key();
    }

    @Override
    public FleetReader openFleet() {
        check();
        int start = fleet.size();
        return new FleetReader() {
            private int next = start;

            @Override
            public List<FleetRecord> poll(long maxWaitMs) {
                check();
                List<FleetRecord> reports = List.copyOf(fleet.subList(next, fleet.size()));
                next = fleet.size();
                return reports;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void ensureTopics(Pipeline plan, boolean mayCreate) {
        check();
        if (!refusal.isEmpty()) {
            throw new RefusedException(refusal);
        }
        topics.add((mayCreate ? "create " : "check ") + plan.name());
    }

    @Override
    public void deleteTopics(Pipeline plan) {
        check();
        topics.add("delete " + plan.name());
    }

    @Override
    public void fenceLease(String pipeline, String workerName) {
        check();
        trace.add("fence " + pipeline + " " + workerName);
    }

    @Override
    public Map<LogPartition, Long> ends(Set<LogPartition> logs) {
        Map<LogPartition, Long> known = new HashMap<>(ends);
        known.keySet().retainAll(logs);
        return known;
    }

    @Override
    public void trim(Map<LogPartition, Long> before) {
        before.forEach((inbox, offset) -> trace.add("trim " + inbox + " " + offset));
    }

    @Override
    public Map<String, Long> bytesOnDisk() {
        return Map.of();
    }

    @Override
    public void close() {}
}
