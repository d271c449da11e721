package io.weirflow.testkit.history;

import io.weirflow.testkit.history.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges an output in which each key has a list of rows that is known: each row once, in its order.
 *
 * @param <K> of keys
 * @param <T> of rows; no two of them are equal
 */
public final class KeyedHistory<K, T> {

    private final Findings findings;
    private final String name;
    private final Map<K, List<T>> expected = new HashMap<>();
    private final Map<K, List<T>> found = new HashMap<>();
    private final Set<T> all = new HashSet<>();
    private long rows;

    /** @param name of the output, for messages */
    public KeyedHistory(Findings findings, String name) {
        this.findings = findings;
        this.name = name;
    }

    /** Says what has to come next for this key. */
    public void expect(K key, T row) {
        expected.computeIfAbsent(key, absent -> new ArrayList<>()).add(row);
    }

    /** Takes a row of the output. */
    public void row(Place place, K key, T row) {
        rows++;
        if (all.add(row)) {
            found.computeIfAbsent(key, absent -> new ArrayList<>()).add(row);
        } else {
            findings.add(Kind.DOUBLED, name + ": " + row + " was there before, at " + place);
        }
    }

    /** Judges the whole, once all is there that should come. */
    public void finish() {
        Set<T> known = new HashSet<>();
        expected.forEach((key, rowsOfKey) -> {
            known.addAll(rowsOfKey);
            compare(key, rowsOfKey, found.getOrDefault(key, List.of()));
        });
        all.stream()
                .filter(row -> !known.contains(row))
                .forEach(row -> findings.add(Kind.INVENTED, name + ": " + row + " follows from no input"));
    }

    private void compare(K key, List<T> wanted, List<T> got) {
        for (T row : wanted) {
            if (!all.contains(row)) {
                findings.add(Kind.LOST, name + ": " + row);
            }
        }
        Map<T, Integer> positions = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            positions.put(wanted.get(i), i);
        }
        int last = -1;
        for (T row : got) {
            int position = positions.getOrDefault(row, last);
            if (position < last) {
                findings.add(Kind.OUT_OF_ORDER, name + ": of " + key + ", " + row + " came after " + wanted.get(last));
            }
            last = Math.max(last, position);
        }
    }

    /** Returns how many rows should have come by now. */
    public long expected() {
        return expected.values().stream().mapToLong(List::size).sum();
    }

    /** Returns how many rows have come, doubled ones included. */
    public long rows() {
        return rows;
    }
}
