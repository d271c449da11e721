package io.weirflow.connectors.generator;

/**
 * The event times of generated events.
 *
 * @param startMs time of event 0, in milliseconds since the epoch
 * @param eventsPerSecond how many events fall into a second
 * @param disorderMs an event is early by up to this much, by a draw: event n never is later than the time of its place, so a watermark
 *     that stays this far behind the largest time passes no event over
 */
record EventClock(long startMs, long eventsPerSecond, long disorderMs) {

    private static final int DISORDER = 1;

    /** Returns the time that an event would have in order. */
    long inOrderMs(long event) {
        long seconds = event / eventsPerSecond;
        return startMs + seconds * 1000 + event % eventsPerSecond * 1000 / eventsPerSecond;
    }

    long timeMs(Draw draw) {
        long inOrder = inOrderMs(draw.event());
        return disorderMs == 0 ? inOrder : inOrder - draw.below(disorderMs + 1, DISORDER);
    }
}
