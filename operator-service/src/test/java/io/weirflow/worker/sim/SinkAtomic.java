package io.weirflow.worker.sim;

import java.util.HashMap;
import java.util.Map;

/** Rows of an exactly-once sink become visible once, together with their number (R10). */
final class SinkAtomic extends Checker {

    private final Map<String, Long> published = new HashMap<>();

    /** What was visible before came from the run that this one goes on from. */
    @Override
    void restored(Committed.Checkpoint begin) {
        if (begin.stage() == 2) {
            begin.progress().sinks().stream()
                    .filter(sink -> Checkers.SINKS.containsKey(sink.step()))
                    .forEach(sink -> published.put(
                            Checkers.suffix(begin.progress().incarnation()) + ":"
                                    + Checkers.SINKS.get(sink.step()) + ":"
                                    + begin.changelog().partition(),
                            sink.publishedSequence()));
        }
    }

    @Override
    void committed(Committed transaction) {
        transaction.numbers().forEach((sink, number) -> {
            long before = published.getOrDefault(sink, 0L);
            long rows = transaction.rows().getOrDefault(sink, 0L);
            if (number - before != rows) {
                throw violation(sink + " published " + rows + " rows as " + (before + 1) + " to " + number);
            }
            published.put(sink, number);
        });
        transaction.rows().forEach((sink, rows) -> {
            if (!transaction.numbers().containsKey(sink)) {
                throw violation(rows + " rows of " + sink + " were published without their number");
            }
        });
    }
}
