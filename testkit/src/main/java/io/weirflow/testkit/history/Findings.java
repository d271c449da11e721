package io.weirflow.testkit.history;

import io.weirflow.testkit.history.Violation.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Collects violations: counts all, keeps the first few of each kind. Used by one thread. */
public final class Findings {

    private static final long KEPT_OF_EACH_KIND = 20;

    private final Consumer<Violation> onKept;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<Violation> kept = new ArrayList<>();

    public Findings() {
        this(violation -> {});
    }

    /** @param onKept hears of each violation that is kept, at once */
    public Findings(Consumer<Violation> onKept) {
        this.onKept = onKept;
    }

    /** Adds one. */
    public void add(Kind kind, String what) {
        if (counts.merge(kind, 1L, Long::sum) <= KEPT_OF_EACH_KIND) {
            Violation violation = new Violation(kind, what);
            kept.add(violation);
            onKept.accept(violation);
        }
    }

    /** Whether nothing is wrong. */
    public boolean none() {
        return counts.isEmpty();
    }

    /** Returns how many there are of a kind. */
    public long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** Returns how many there are of each kind that there is. */
    public Map<Kind, Long> counts() {
        return new EnumMap<>(counts);
    }

    /** Returns the first of each kind, in the order in which they were found. */
    public List<Violation> kept() {
        return List.copyOf(kept);
    }
}
