package io.weirflow.language.check;

import io.weirflow.api.definition.Text;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The rules of names. They become parts of topics, so they are short and plain. */
final class Names {

    private static final int MAX_LENGTH = 64;
    private static final Pattern PIPELINE = Pattern.compile("[a-z][a-z0-9-]*");
    private static final Pattern ENTRY = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final Pattern UID = Pattern.compile("[a-z_][a-z0-9_-]*");

    private final Problems problems;
    private final Map<String, String> kinds = new HashMap<>();

    Names(Problems problems) {
        this.problems = problems;
    }

    void pipeline(Text name) {
        if (name.value().isEmpty()) {
            problems.add(ProblemCode.MISSING_KEY, name.place(), "the pipeline needs 'pipeline', its name");
            return;
        }
        check(name, PIPELINE, "the pipeline's name", "lower-case letters, digits and dashes, after a letter");
    }

    /** Checks the name of a stream or stage; both share one space of names. */
    void entry(Text name, String kind) {
        sink(name, kind);
        String other = kinds.putIfAbsent(name.value(), kind);
        if (other != null) {
            problems.add(
                    ProblemCode.DUPLICATE_NAME,
                    name.place(),
                    "the " + kind + " '" + name.value() + "' has the name of a " + other);
        }
    }

    /** Checks the name of a sink. */
    void sink(Text name, String kind) {
        check(name, ENTRY, "the name of a " + kind, "lower-case letters, digits and _, not beginning with a digit");
    }

    boolean uid(Text uid) {
        return check(uid, UID, "a uid", "lower-case letters, digits, _ and dashes, not beginning with a digit");
    }

    private boolean check(Text name, Pattern pattern, String what, String rule) {
        String value = name.value();
        if (!pattern.matcher(value).matches()) {
            problems.add(ProblemCode.BAD_NAME, name.place(), what + " is made of " + rule + ": not '" + value + "'");
            return false;
        }
        if (value.length() > MAX_LENGTH) {
            problems.add(ProblemCode.BAD_NAME, name.place(), what + " is longer than " + MAX_LENGTH + " characters");
            return false;
        }
        return true;
    }
}
