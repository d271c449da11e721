package io.weirflow.testkit.history;

import io.weirflow.testkit.history.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges effects on the outside world, as an endpoint saw them that sometimes does what it is asked and does not say so.
 *
 * <p>Whatever the promise: each effect is asked for under one idempotency key, and a key is never used for another effect; nothing is lost; an effect of a
 * key is not done for the first time before the one that it follows. What more there is depends on the {@link Promise}.
 *
 * @param <K> of keys that have an order
 * @param <E> of effects; no two of them are equal
 */
public final class EffectHistory<K, E> {

    private static final Deed NEVER_ASKED = new Deed("");

    private final Findings findings;
    private final Promise promise;
    private final Map<K, List<E>> expected = new HashMap<>();
    private final Map<E, Deed> deeds = new LinkedHashMap<>();
    private final Map<String, E> keys = new HashMap<>();
    private final Set<E> unknown = new HashSet<>();
    private long requests;
    private long first;

    /** What a sink promises. */
    public enum Promise {
        /** Nothing is lost; an effect may come again, under the same key. */
        AT_LEAST_ONCE,
        /**
         * What was done is not asked for again; what may have been done is not either, and is listed as unknown. More may be listed: what was about to
         * be asked for when the sink lost sight of it. It may still be asked for then, once, and later than what follows it.
         */
        ONCE_OR_LISTED
    }

    /** What an endpoint made of a request. */
    public enum Answer {
        /** Done, and the caller was told so. */
        DONE,
        /** Done, but the caller was told nothing, or that it failed. */
        DONE_UNTOLD,
        /** Not done, and the caller was told so. */
        REFUSED,
        /** Not done, and the caller was told nothing. */
        DROPPED
    }

    /** What is known of one effect. */
    private static final class Deed {
        private final String key;
        private long firstDone = -1;
        private int timesDone;
        /** An earlier request may have done it, for all that the caller knows. */
        private boolean inDoubt;

        private boolean told;

        Deed(String key) {
            this.key = key;
        }
    }

    /** @param promise of the sink */
    public EffectHistory(Findings findings, Promise promise) {
        this.findings = findings;
        this.promise = promise;
    }

    /** Says which effect has to come next for this key. */
    public void expect(K key, E effect) {
        expected.computeIfAbsent(key, absent -> new ArrayList<>()).add(effect);
    }

    /**
     * Takes a request, in the order in which the endpoint dealt with them.
     *
     * @param idempotencyKey of the request
     */
    public void request(String idempotencyKey, E effect, Answer answer) {
        requests++;
        E other = keys.putIfAbsent(idempotencyKey, effect);
        if (other != null && !other.equals(effect)) {
            findings.add(
                    Kind.WRONG,
                    "the key " + idempotencyKey + " was that of " + other + ", now it is that of " + effect);
        }
        Deed deed = deeds.computeIfAbsent(effect, absent -> new Deed(idempotencyKey));
        if (!deed.key.equals(idempotencyKey)) {
            findings.add(Kind.DOUBLED, effect + " came as " + deed.key + ", and again as " + idempotencyKey);
        }
        if (promise == Promise.ONCE_OR_LISTED && (deed.told || deed.inDoubt)) {
            findings.add(
                    Kind.DOUBLED,
                    effect + " was asked for again as " + idempotencyKey
                            + (deed.told ? " after it was done" : " after its outcome became unknown"));
        }
        boolean done = answer == Answer.DONE || answer == Answer.DONE_UNTOLD;
        if (done) {
            deed.timesDone++;
            deed.firstDone = deed.firstDone < 0 ? first++ : deed.firstDone;
        }
        deed.told |= answer == Answer.DONE;
        deed.inDoubt |= answer == Answer.DONE_UNTOLD || answer == Answer.DROPPED;
    }

    /** Says that the sink lists this effect as one whose outcome is not known. */
    public void listed(Place place, E effect) {
        if (!unknown.add(effect)) {
            findings.add(Kind.DOUBLED, effect + " was listed before, at " + place);
        }
    }

    /** Judges the whole, once all is there that should come. */
    public void finish() {
        Set<E> known = new HashSet<>();
        expected.forEach((key, effects) -> {
            known.addAll(effects);
            judge(key, effects);
        });
        deeds.keySet().stream()
                .filter(effect -> !known.contains(effect))
                .forEach(effect -> findings.add(Kind.INVENTED, effect + " follows from no input"));
        unknown.stream()
                .filter(effect -> !known.contains(effect))
                .forEach(effect -> findings.add(Kind.INVENTED, effect + " is listed, and follows from no input"));
    }

    private void judge(K key, List<E> effects) {
        long last = -1;
        for (E effect : effects) {
            Deed deed = deeds.getOrDefault(effect, NEVER_ASKED);
            boolean done = deed.timesDone > 0;
            boolean listed = promise == Promise.ONCE_OR_LISTED && unknown.contains(effect);
            if (!done && !listed) {
                findings.add(Kind.LOST, effect + " was never done");
            }
            if (promise == Promise.ONCE_OR_LISTED && deed.inDoubt && !deed.told && !listed) {
                findings.add(Kind.LOST, effect + " has an unknown outcome and is not listed");
            }
            if (done && !listed) {
                if (deed.firstDone < last) {
                    findings.add(Kind.OUT_OF_ORDER, "of " + key + ", " + effect + " was done too late");
                }
                last = Math.max(last, deed.firstDone);
            }
        }
    }

    /** Returns how many requests came. */
    public long requests() {
        return requests;
    }

    /** Returns how many effects should have been done by now. */
    public long expected() {
        return expected.values().stream().mapToLong(List::size).sum();
    }

    /** Returns how many effects were done, each counted once. */
    public long done() {
        return deeds.values().stream().filter(deed -> deed.timesDone > 0).count();
    }

    /** Returns how many effects are listed as unknown. */
    public long unknown() {
        return unknown.size();
    }

    /** Returns how many effects are settled: done, or listed as unknown. */
    public long settled() {
        return deeds.entrySet().stream()
                        .filter(deed -> deed.getValue().timesDone > 0 && !unknown.contains(deed.getKey()))
                        .count()
                + unknown.size();
    }

    /** Returns how many effects were done more than once. */
    public long repeated() {
        return deeds.values().stream().filter(deed -> deed.timesDone > 1).count();
    }
}
