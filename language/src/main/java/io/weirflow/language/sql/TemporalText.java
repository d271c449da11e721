package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.type.DataType.Scalar;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/** The text of DATE, TIME and TIMESTAMP literals: ISO-8601, with a space or a T between date and time; UTC without a zone. */
final class TemporalText {

    private TemporalText() {}

    /**
     * Returns the literal of this text.
     *
     * @throws Mistake when the text is not of the type
     */
    static Literal parse(Scalar type, String text) {
        try {
            return switch (type) {
                case DATE ->
                    new Literal(
                            type, Math.toIntExact(LocalDate.parse(text.strip()).toEpochDay()));
                case TIME -> new Literal(type, LocalTime.parse(text.strip()).get(ChronoField.MILLI_OF_DAY));
                default -> new Literal(type, timestamp(text.strip()));
            };
        } catch (DateTimeException | ArithmeticException e) {
            String form = switch (type) {
                case DATE -> "2026-01-31";
                case TIME -> "23:59:59.999";
                default -> "2026-01-31 23:59:59.999";
            };
            throw Mistake.here(
                    ProblemCode.BAD_LITERAL,
                    "'" + text + "' is not a " + type.sql() + "; it is written '" + form + "'");
        }
    }

    private static long timestamp(String text) {
        if (text.length() == 10) {
            return LocalDate.parse(text)
                    .atStartOfDay()
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli();
        }
        String iso =
                text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
        boolean zoned = iso.endsWith("Z") || iso.indexOf('+') > 10 || iso.lastIndexOf('-') > 10;
        return zoned
                ? OffsetDateTime.parse(iso).toInstant().toEpochMilli()
                : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).toEpochMilli();
    }
}
