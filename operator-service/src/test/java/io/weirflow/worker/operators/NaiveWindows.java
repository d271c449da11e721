package io.weirflow.worker.operators;

import io.weirflow.api.pipeline.Window;
import io.weirflow.testkit.operator.Emitted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a window stage should emit, worked out the long way: every window keeps its rows, and every result is computed from all of them. Keys
 * are single letters, times are small, zones are UTC.
 */
final class NaiveWindows {

    /**
     * @param place in the inbox
     */
    record Row(int place, String key, @Nullable Long value, long timeMs) {}

    private record Bounds(long startMs, long endMs, String key) {}

    private static final Comparator<Bounds> IN_ORDER =
            Comparator.comparingLong(Bounds::endMs).thenComparing(Bounds::key).thenComparing(Bounds::startMs);

    private final Window window;
    private final long latenessMs;
    private final TreeMap<Bounds, List<Row>> windows = new TreeMap<>(IN_ORDER);
    private final List<Emitted> emitted = new ArrayList<>();
    private long watermarkMs = Long.MIN_VALUE;

    NaiveWindows(Window window, long latenessMs) {
        this.window = window;
        this.latenessMs = latenessMs;
    }

    List<Emitted> emitted() {
        return emitted;
    }

    void row(Row row) {
        if (window instanceof Window.Count count) {
            countRow(row, count.rows());
        } else if (window instanceof Window.Session session) {
            sessionRow(row, session.gapMs());
        } else {
            fixedRow(row);
        }
    }

    void watermark(long timeMs) {
        if (window instanceof Window.Count) {
            return;
        }
        long before = watermarkMs;
        windows.forEach((bounds, rows) -> {
            if (firesMs(bounds) > before && firesMs(bounds) <= timeMs) {
                emit(bounds, rows);
            }
        });
        watermarkMs = timeMs;
        windows.keySet().removeIf(this::isGone);
    }

    /** The end of a session belongs to it, that of other windows does not. */
    private long firesMs(Bounds bounds) {
        return bounds.endMs() - (window instanceof Window.Session ? 0 : 1);
    }

    private boolean isGone(Bounds bounds) {
        return firesMs(bounds) + latenessMs <= watermarkMs;
    }

    private void fixedRow(Row row) {
        List<Bounds> all = new ArrayList<>();
        for (long start = row.timeMs() - 1000; start <= row.timeMs(); start++) {
            for (long end : ends(start)) {
                if (end > row.timeMs()) {
                    all.add(new Bounds(start, end, row.key()));
                }
            }
        }
        all.sort(IN_ORDER);
        if (all.stream().allMatch(this::isGone)) {
            emitted.add(Emitted.late(row.timeMs(), row.key(), row.value()));
        }
        for (Bounds bounds : all) {
            if (!isGone(bounds)) {
                List<Row> rows = windows.computeIfAbsent(bounds, key -> new ArrayList<>());
                rows.add(row);
                if (firesMs(bounds) <= watermarkMs) {
                    emit(bounds, rows);
                }
            }
        }
    }

    /** Returns the ends of the windows that start at a time. */
    private List<Long> ends(long start) {
        if (window instanceof Window.Tumbling tumbling) {
            return starts(start, tumbling.offsetMs(), tumbling.sizeMs())
                    ? List.of(start + tumbling.sizeMs())
                    : List.of();
        } else if (window instanceof Window.Hopping hopping) {
            return starts(start, hopping.offsetMs(), hopping.everyMs()) ? List.of(start + hopping.sizeMs()) : List.of();
        } else if (window instanceof Window.Cumulating cumulating
                && starts(start, cumulating.offsetMs(), cumulating.maxMs())) {
            List<Long> ends = new ArrayList<>();
            for (long size = cumulating.stepMs(); size <= cumulating.maxMs(); size += cumulating.stepMs()) {
                ends.add(start + size);
            }
            return ends;
        }
        return List.of();
    }

    private static boolean starts(long start, long offset, long every) {
        return (start - offset) % every == 0;
    }

    private void sessionRow(Row row, long gapMs) {
        List<Bounds> touched = windows.entrySet().stream()
                .filter(one -> one.getKey().key().equals(row.key()))
                .filter(one ->
                        one.getValue().stream().anyMatch(other -> Math.abs(other.timeMs() - row.timeMs()) <= gapMs))
                .map(Map.Entry::getKey)
                .toList();
        if (touched.isEmpty() && isGone(new Bounds(row.timeMs(), row.timeMs() + gapMs, row.key()))) {
            emitted.add(Emitted.late(row.timeMs(), row.key(), row.value()));
            return;
        }
        List<Row> rows = new ArrayList<>();
        touched.forEach(bounds -> rows.addAll(windows.remove(bounds)));
        rows.sort(Comparator.comparingInt(Row::place));
        rows.add(row);
        Bounds bounds = new Bounds(
                rows.stream().mapToLong(Row::timeMs).min().orElseThrow(),
                rows.stream().mapToLong(Row::timeMs).max().orElseThrow() + gapMs,
                row.key());
        windows.put(bounds, rows);
        if (firesMs(bounds) <= watermarkMs) {
            emit(bounds, rows);
        }
    }

    private void countRow(Row row, long size) {
        Bounds bounds = new Bounds(0, 0, row.key());
        List<Row> rows = windows.computeIfAbsent(bounds, key -> new ArrayList<>());
        rows.add(row);
        if (rows.size() == size) {
            emit(null, null, rows.stream().mapToLong(Row::timeMs).max().orElseThrow(), rows);
            windows.remove(bounds);
        }
    }

    private void emit(Bounds bounds, List<Row> rows) {
        emit(bounds.startMs(), bounds.endMs(), firesMs(bounds), rows);
    }

    private void emit(@Nullable Long startMs, @Nullable Long endMs, long timeMs, List<Row> rows) {
        List<Long> values = new ArrayList<>();
        for (Row row : rows) {
            if (row.value() != null) {
                values.add(row.value());
            }
        }
        boolean none = values.isEmpty();
        emitted.add(Emitted.result(
                timeMs,
                rows.get(0).key(),
                startMs,
                endMs,
                (long) rows.size(),
                none
                        ? null
                        : (Object) values.stream().mapToLong(Long::longValue).sum(),
                none ? null : values.get(0),
                none ? null : values.get(values.size() - 1)));
    }
}
