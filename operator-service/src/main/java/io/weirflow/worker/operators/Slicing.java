package io.weirflow.worker.operators;

import io.weirflow.api.pipeline.Window;
import java.time.ZoneId;

/**
 * Windows of fixed size as runs of slices: a row belongs to exactly one slice, and a window is made of the slices before its end. Slices are
 * cells of a {@link TimeGrid}; a window is named by the slice that it ends before. After Li et al., <i>No Pane, No Gain</i> (SIGMOD Record,
 * 2005).
 */
final class Slicing {

    /** Which windows there are over numbered slices. */
    private interface Shape {
        long firstSlice(long end);

        long firstEnd(long slice);

        long lastEnd(long slice);
    }

    private final TimeGrid grid;
    private final Shape shape;
    private final long endStep;

    private Slicing(TimeGrid grid, long endStep, Shape shape) {
        this.grid = grid;
        this.endStep = endStep;
        this.shape = shape;
    }

    /**
     * @throws IllegalArgumentException when the window is not of fixed size, its sizes do not fit together or its zone is not known
     */
    static Slicing of(Window window) {
        if (window instanceof Window.Tumbling tumbling) {
            return hopping(tumbling.sizeMs(), tumbling.sizeMs(), tumbling.offsetMs(), tumbling.zone());
        } else if (window instanceof Window.Hopping hopping) {
            return hopping(hopping.sizeMs(), hopping.everyMs(), hopping.offsetMs(), hopping.zone());
        } else if (window instanceof Window.Cumulating cumulating) {
            return cumulating(cumulating);
        }
        throw new IllegalArgumentException(window + " has no fixed size");
    }

    private static Slicing hopping(long sizeMs, long everyMs, long offsetMs, String zone) {
        if (everyMs < 1 || everyMs > sizeMs) {
            throw new IllegalArgumentException("windows of " + sizeMs + " ms every " + everyMs
                    + " ms leave rows out: 'every' must be 1 ms to the size");
        }
        long sliceMs = greatestCommonDivisor(sizeMs, everyMs);
        long size = sizeMs / sliceMs;
        long every = everyMs / sliceMs;
        TimeGrid grid = new TimeGrid(sliceMs, everyMs, offsetMs, ZoneId.of(zone));
        return new Slicing(grid, every, new Shape() {
            @Override
            public long firstSlice(long end) {
                return end - size;
            }

            @Override
            public long firstEnd(long slice) {
                return lastEnd(slice) - (lastEnd(slice) - slice - 1) / every * every;
            }

            @Override
            public long lastEnd(long slice) {
                return Math.floorDiv(slice, every) * every + size;
            }
        });
    }

    private static Slicing cumulating(Window.Cumulating window) {
        if (window.stepMs() < 1 || window.maxMs() % window.stepMs() != 0) {
            throw new IllegalArgumentException("a cumulating window of " + window.maxMs()
                    + " ms is not a multiple of its step of " + window.stepMs() + " ms");
        }
        // Whole windows have a grid of their own: a local day does not always have the same number of steps, nor begin
        // at the same one.
        TimeGrid steps = grid(window.stepMs(), window.offsetMs(), window.zone());
        TimeGrid wholes = grid(window.maxMs(), window.offsetMs(), window.zone());
        return new Slicing(steps, 1, new Shape() {
            @Override
            public long firstSlice(long end) {
                return steps.cellOf(wholes.startMs(wholeOf(end - 1)));
            }

            @Override
            public long firstEnd(long slice) {
                return slice + 1;
            }

            @Override
            public long lastEnd(long slice) {
                return steps.cellOf(wholes.startMs(wholeOf(slice) + 1));
            }

            private long wholeOf(long slice) {
                return wholes.cellOf(steps.startMs(slice));
            }
        });
    }

    private static TimeGrid grid(long sliceMs, long offsetMs, String zone) {
        return new TimeGrid(sliceMs, offsetMs, ZoneId.of(zone));
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    long sliceOf(long timeMs) {
        return grid.cellOf(timeMs);
    }

    /** Returns when a slice begins, which is when the windows that are named by it end. */
    long startMs(long slice) {
        return grid.startMs(slice);
    }

    /** Returns the first slice of the window that ends before slice {@code end}. */
    long firstSlice(long end) {
        return shape.firstSlice(end);
    }

    /** Returns the end of the first window that contains the slice. */
    long firstEnd(long slice) {
        return shape.firstEnd(slice);
    }

    /** Returns the end of the last window that contains the slice. */
    long lastEnd(long slice) {
        return shape.lastEnd(slice);
    }

    /** Returns the distance between the ends of the windows that contain one slice. */
    long endStep() {
        return endStep;
    }
}
