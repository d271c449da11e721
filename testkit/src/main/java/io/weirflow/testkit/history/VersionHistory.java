package io.weirflow.testkit.history;

import io.weirflow.testkit.history.Violation.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Judges by which version of a stage its rows were made while it is upgraded, and upgraded again. An upgrade is a cut in the log of each slot: what lies ahead
 * of it is of the old version, and what lies behind it of the new. So
 *
 * <ul>
 *   <li>a row is of one version, however often it was made and wherever it has come to;
 *   <li>of the rows that one slot has made, in the order of its log, none is of an earlier version than one before it.
 * </ul>
 *
 * @param <K> of lanes, of whose rows it is known that one slot makes them: those of a key, or of a partition of the source
 */
public final class VersionHistory<K> {

    private static final int FIRST = 1;

    private final Findings findings;
    private final String stage;
    private final Map<K, NavigableMap<Long, Integer>> lanes = new HashMap<>();
    private final Set<Integer> versions = new TreeSet<>();

    /** @param stage for messages */
    public VersionHistory(Findings findings, String stage) {
        this.findings = findings;
        this.stage = stage;
    }

    /**
     * Takes a row; in any order, and as often as it comes.
     *
     * @param position of it among those of its lane, in the order of the slot's log
     * @param version that it says it is of
     */
    public void row(K lane, long position, int version) {
        if (version < FIRST) {
            findings.add(Kind.INVENTED, stage + ": row " + position + " of " + lane + " is of version " + version);
            return;
        }
        versions.add(version);
        Integer before = lanes.computeIfAbsent(lane, absent -> new TreeMap<>()).putIfAbsent(position, version);
        if (before != null && before != version) {
            findings.add(
                    Kind.WRONG,
                    stage + ": row " + position + " of " + lane + " is of version " + before + ", and of version "
                            + version);
        }
    }

    /** Judges the whole. */
    public void finish() {
        lanes.forEach(this::judge);
    }

    private void judge(K lane, NavigableMap<Long, Integer> rows) {
        int last = FIRST;
        for (Map.Entry<Long, Integer> row : rows.entrySet()) {
            if (row.getValue() < last) {
                findings.add(
                        Kind.OUT_OF_ORDER,
                        stage + ": row " + row.getKey() + " of " + lane + " is of version " + row.getValue()
                                + ", and one before it of version " + last);
            }
            last = Math.max(last, row.getValue());
        }
    }

    /** Returns how many versions have made rows, but for the first that did. */
    public long upgrades() {
        return Math.max(0, versions.size() - 1);
    }
}
