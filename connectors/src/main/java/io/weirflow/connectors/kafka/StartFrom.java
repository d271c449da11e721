package io.weirflow.connectors.kafka;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Where a pipeline that has no position yet begins to read a topic. */
sealed interface StartFrom {

    record Earliest() implements StartFrom {}

    record Latest() implements StartFrom {}

    /**
     * The first record that is not older.
     *
     * @param ms milliseconds since the epoch
     */
    record Timestamp(long ms) implements StartFrom {}

    /** Returns what {@code earliest}, {@code latest}, an ISO-8601 time or milliseconds since the epoch mean. */
    static Optional<StartFrom> parse(String text) {
        switch (text) {
            case "earliest":
                return Optional.of(new Earliest());
            case "latest":
                return Optional.of(new Latest());
            default:
                break;
        }
        try {
            boolean number = text.chars().allMatch(Character::isDigit);
            return Optional.of(new Timestamp(
                    number ? Long.parseLong(text) : Instant.parse(text).toEpochMilli()));
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}
