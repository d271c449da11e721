package io.weirflow.api.pipeline;

/**
 * How rows are put in windows. Sizes are in milliseconds. Windows of fixed size are aligned to the epoch, shifted by
 * {@code offsetMs}, in the time zone {@code zone} (an id of {@link java.time.ZoneId}; {@code "UTC"} where none was given), so that
 * a day begins at local midnight.
 */
public sealed interface Window {

    /** Windows of {@code sizeMs} side by side. */
    record Tumbling(long sizeMs, long offsetMs, String zone) implements Window {}

    /** Windows of {@code sizeMs} that begin every {@code everyMs}; a row is in {@code sizeMs / everyMs} of them. */
    record Hopping(long sizeMs, long everyMs, long offsetMs, String zone) implements Window {}

    /**
     * Rows at most {@code gapMs} apart share a window; it spans the first row to the last row + gap.
     */
    record Session(long gapMs) implements Window {}

    /** Windows of {@code maxMs} side by side, with a result for every {@code stepMs} from its start. */
    record Cumulating(long maxMs, long stepMs, long offsetMs, String zone) implements Window {}

    /** Every {@code rows} rows of a key, in the inbox's order. */
    record Count(long rows) implements Window {}
}
