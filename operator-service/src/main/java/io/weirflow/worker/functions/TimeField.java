package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.util.Locale;

/** The units of dates and times, and the fields that only EXTRACT takes. */
public enum TimeField {
    MILLISECOND(1),
    SECOND(1_000),
    MINUTE(60_000),
    HOUR(3_600_000),
    DAY(86_400_000),
    WEEK(7 * 86_400_000),
    MONTH(0),
    QUARTER(0),
    YEAR(0),
    DOW(0),
    DOY(0),
    EPOCH(0);

    static final long DAY_MS = 86_400_000;

    private final long lengthMs;

    TimeField(long lengthMs) {
        this.lengthMs = lengthMs;
    }

    /**
     * Returns the unit of this name, in any case.
     *
     * @throws RowException when there is none
     */
    public static TimeField of(String name) throws RowException {
        String upper = name.toUpperCase(Locale.ROOT);
        for (TimeField field : values()) {
            if (field.name().equals(upper)) {
                return field;
            }
        }
        throw new RowException("unknown unit of time '" + name + "'");
    }

    /** Returns the length of a unit that is always equally long, else 0. */
    long lengthMs() {
        return lengthMs;
    }

    /** Returns the length of a unit of whole months, else 0. */
    int months() {
        return switch (this) {
            case MONTH -> 1;
            case QUARTER -> 3;
            case YEAR -> 12;
            default -> 0;
        };
    }

    RowException noUnit() {
        return new RowException(this + " is no unit to count by");
    }
}
