package io.weirflow.language.check;

import io.weirflow.api.definition.Text;
import io.weirflow.api.definition.WindowDefinition;
import io.weirflow.api.pipeline.Window;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Suggestions;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks {@code window}. */
final class WindowChecker {

    private static final List<String> KINDS = List.of("tumbling", "hopping", "session", "cumulating", "count");
    /** In more windows than this at once a row is probably not meant to be. */
    private static final long MAX_OVERLAP = 10_000;

    private final Scalars scalars;
    private final Problems problems;

    WindowChecker(Scalars scalars, Problems problems) {
        this.scalars = scalars;
        this.problems = problems;
    }

    static boolean isCount(WindowDefinition window) {
        return window.kind().value().equals("count");
    }

    /** Returns null after a report. */
    @Nullable
    Window check(WindowDefinition definition, String owner) {
        String kind = definition.kind().value();
        if (!KINDS.contains(kind)) {
            String message = "unknown window '" + kind + "' of " + owner;
            problems.add(ProblemCode.BAD_WINDOW, definition.kind().place(), message, Suggestions.nearest(kind, KINDS));
            return null;
        }
        boolean steps = kind.equals("hopping") || kind.equals("cumulating");
        boolean aligned = steps || kind.equals("tumbling");
        boolean sound = only(definition.every(), "every", steps, kind, owner)
                & only(definition.offset(), "offset", aligned, kind, owner)
                & only(definition.timezone(), "timezone", aligned, kind, owner);
        if (kind.equals("count")) {
            Long rows = scalars.number(definition.size(), "'count' of the window of " + owner, 1, Long.MAX_VALUE);
            return rows == null || !sound ? null : new Window.Count(rows);
        }
        Long size = scalars.positiveMs(definition.size(), "'" + kind + "' of the window of " + owner);
        if (kind.equals("session")) {
            return size == null || !sound ? null : new Window.Session(size);
        }
        Long every = steps ? every(definition, size, owner) : Long.valueOf(0);
        Long offset = offset(definition, size, owner);
        String zone = zone(definition, owner);
        if (size == null || every == null || offset == null || zone == null || !sound) {
            return null;
        }
        return switch (kind) {
            case "tumbling" -> new Window.Tumbling(size, offset, zone);
            case "hopping" -> new Window.Hopping(size, every, offset, zone);
            default -> new Window.Cumulating(size, every, offset, zone);
        };
    }

    private boolean only(@Nullable Text text, String key, boolean fits, String kind, String owner) {
        if (text == null || fits) {
            return true;
        }
        String message = "'" + key + "' does not go with the " + kind + " window of " + owner;
        problems.add(ProblemCode.CONFLICTING_KEYS, text.place(), message);
        return false;
    }

    private @Nullable Long every(WindowDefinition definition, @Nullable Long size, String owner) {
        String kind = definition.kind().value();
        if (definition.every() == null) {
            String message = "the " + kind + " window of " + owner + " needs 'every'";
            problems.add(ProblemCode.MISSING_KEY, definition.place(), message);
            return null;
        }
        Long every = scalars.positiveMs(definition.every(), "'every' of the window of " + owner);
        if (every == null || size == null) {
            return every;
        }
        String wrong = null;
        if (size % every != 0) {
            wrong = "does not divide its size";
        } else if (size / every > MAX_OVERLAP) {
            wrong = "is too small for its size: at most " + MAX_OVERLAP + " steps";
        }
        if (wrong == null) {
            return every;
        }
        String message = "'every' of the " + kind + " window of " + owner + " " + wrong;
        problems.add(ProblemCode.BAD_WINDOW, definition.every().place(), message);
        return null;
    }

    private @Nullable Long offset(WindowDefinition definition, @Nullable Long size, String owner) {
        if (definition.offset() == null) {
            return 0L;
        }
        Long offset = scalars.signedDurationMs(definition.offset(), "'offset' of the window of " + owner);
        if (offset != null && size != null && Math.abs(offset) >= size) {
            String message = "'offset' of the window of " + owner + " is not smaller than its size";
            problems.add(ProblemCode.BAD_WINDOW, definition.offset().place(), message);
            return null;
        }
        return offset;
    }

    private @Nullable String zone(WindowDefinition definition, String owner) {
        if (definition.timezone() == null) {
            return "UTC";
        }
        String zone = scalars.text(definition.timezone());
        if (zone == null) {
            return null;
        }
        try {
            return ZoneId.of(zone).getId();
        } catch (DateTimeException e) {
            problems.add(
                    ProblemCode.BAD_WINDOW,
                    definition.timezone().place(),
                    "unknown timezone '" + zone + "' of the window of " + owner + "; one is Europe/Berlin or +02:00",
                    Suggestions.nearest(zone, ZoneId.getAvailableZoneIds()));
            return null;
        }
    }
}
