package io.weirflow.language.check;

import io.weirflow.api.definition.Text;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Suggestions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads single values that are not SQL. Each method returns null after it has reported why. Messages show values as written. */
final class Scalars {

    private static final Pattern DURATION = Pattern.compile("(-?)(\\d{1,18})(ms|s|m|h|d)");
    private static final Map<String, Long> UNIT_MS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    /** A hundred years: sums of two durations and a time stay in range. */
    private static final long MAX_DURATION_MS = 36_525L * 86_400_000L;

    private final Expander expander;
    private final Problems problems;

    Scalars(Expander expander, Problems problems) {
        this.expander = expander;
        this.problems = problems;
    }

    Expander expander() {
        return expander;
    }

    /** Returns a text with values from outside put in. */
    @Nullable
    String text(Text raw) {
        Text expanded = expander.text(raw);
        return expanded == null ? null : expanded.value();
    }

    /** Returns a duration of 0 or more, in milliseconds. */
    @Nullable
    Long durationMs(Text raw, String what) {
        Long ms = signedDurationMs(raw, what);
        if (ms != null && ms < 0) {
            problems.add(ProblemCode.BAD_DURATION, raw.place(), what + " must not be negative");
            return null;
        }
        return ms;
    }

    /** Returns a duration of more than 0, in milliseconds. */
    @Nullable
    Long positiveMs(Text raw, String what) {
        Long ms = durationMs(raw, what);
        if (ms != null && ms == 0) {
            problems.add(ProblemCode.BAD_DURATION, raw.place(), what + " must be more than 0");
            return null;
        }
        return ms;
    }

    /** Returns a duration, in milliseconds. */
    @Nullable
    Long signedDurationMs(Text raw, String what) {
        String text = text(raw);
        if (text == null) {
            return null;
        }
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            problems.add(
                    ProblemCode.BAD_DURATION,
                    raw.place(),
                    what + " is a duration such as 500ms, 5s, 2m, 1h or 1d, not '" + raw.value() + "'");
            return null;
        }
        long unitMs = UNIT_MS.getOrDefault(matcher.group(3), 1L);
        long count = Long.parseLong(matcher.group(2));
        if (count > MAX_DURATION_MS / unitMs) {
            problems.add(ProblemCode.BAD_DURATION, raw.place(), what + " is longer than a hundred years");
            return null;
        }
        return matcher.group(1).isEmpty() ? count * unitMs : -count * unitMs;
    }

    /** Returns a whole number. */
    @Nullable
    Long number(Text raw, String what, long least, long most) {
        String text = text(raw);
        if (text == null) {
            return null;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            problems.add(ProblemCode.BAD_VALUE, raw.place(), what + " is a whole number, not '" + raw.value() + "'");
            return null;
        }
        String range = most == Long.MAX_VALUE ? "at least " + least : "from " + least + " to " + most;
        problems.add(ProblemCode.BAD_VALUE, raw.place(), what + " must be " + range + ", not '" + raw.value() + "'");
        return null;
    }

    /** Returns a flag. */
    @Nullable
    Boolean flag(Text raw, String what) {
        String choice = choice(raw, what, List.of("true", "false"));
        return choice == null ? null : Boolean.valueOf(choice.equals("true"));
    }

    /** Returns one of some texts. */
    @Nullable
    String choice(Text raw, String what, List<String> choices) {
        String text = text(raw);
        if (text == null || choices.contains(text)) {
            return text;
        }
        problems.add(
                ProblemCode.BAD_VALUE,
                raw.place(),
                what + " is one of " + String.join(", ", choices) + ", not '" + raw.value() + "'",
                Suggestions.nearest(text, choices));
        return null;
    }
}
