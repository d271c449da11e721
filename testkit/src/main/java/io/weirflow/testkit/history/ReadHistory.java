package io.weirflow.testkit.history;

import io.weirflow.testkit.history.Violation.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compares what a reader of committed records saw while a history was made with what another one sees afterwards: the same records at the same
 * places. What was visible once stays, and nothing appears behind the back of a reader that has gone on.
 */
public final class ReadHistory {

    private final Findings findings;
    private final Map<Partition, SortedMap<Long, Long>> seen = new HashMap<>();
    private long records;

    private record Partition(String topic, int number) {}

    public ReadHistory(Findings findings) {
        this.findings = findings;
    }

    /**
     * Takes a record of the first reader.
     *
     * @param hash of its key and value
     */
    public void first(Place place, long hash) {
        records++;
        SortedMap<Long, Long> partition =
                seen.computeIfAbsent(new Partition(place.topic(), place.partition()), absent -> new TreeMap<>());
        if (!partition.isEmpty() && partition.lastKey() >= place.offset()) {
            findings.add(Kind.OUT_OF_ORDER, place + " was read after offset " + partition.lastKey());
        }
        partition.put(place.offset(), hash);
    }

    /** Takes a record of the second reader, after the first has read all. */
    public void again(Place place, long hash) {
        SortedMap<Long, Long> partition = seen.get(new Partition(place.topic(), place.partition()));
        Long former = partition == null ? null : partition.remove(place.offset());
        if (former == null) {
            findings.add(Kind.CHANGED, place + " is there now, and was not when its partition was read");
        } else if (former != hash) {
            findings.add(Kind.CHANGED, place + " is another record now");
        }
    }

    /** Judges the whole, after the second reader has read all. */
    public void finish() {
        seen.forEach((partition, left) -> left.keySet()
                .forEach(offset -> findings.add(
                        Kind.CHANGED,
                        new Place(partition.topic(), partition.number(), offset)
                                + " was visible, and is not any more")));
    }

    /** Returns how many records the first reader saw. */
    public long records() {
        return records;
    }
}
