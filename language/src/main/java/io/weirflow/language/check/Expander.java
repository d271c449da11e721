package io.weirflow.language.check;

import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.definition.Text;
import io.weirflow.api.definition.Text.Anchor;
import io.weirflow.language.port.Environment;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts in values from outside: <code>${NAME}</code>, <code>${NAME:-default}</code>, <code>${file:/path}</code>; <code>$${</code>
 * stands for <code>${</code>. Files are secrets: they are never read here.
 */
final class Expander {

    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$\\{|\\$\\{(?:(file):([^}]+)|([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?)\\}|\\$\\{");

    private final Environment environment;
    private final Problems problems;

    Expander(Environment environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    /** Returns the text with its references put in; null when one is wrong, which was reported. Secrets are wrong here. */
    @Nullable
    Text text(Text raw) {
        return raw.value().contains("${") ? new Run(raw).text(false) : raw;
    }

    /**
     * Returns the value of an option: a String, or a {@link SecretRef} when it refers to a file, or to anything outside and is
     * declared as a secret; null when a reference is wrong, which was reported.
     */
    @Nullable
    Object option(Text raw, boolean secret) {
        if (!raw.value().contains("${")) {
            return raw.value();
        }
        Run run = new Run(raw);
        Text expanded = run.text(true);
        if (expanded == null) {
            return null;
        }
        return (secret && run.outside) || run.file ? new SecretRef(raw.value()) : expanded.value();
    }

    /** One text. */
    private final class Run {
        private final Text raw;
        private final StringBuilder value = new StringBuilder();
        private final List<Anchor> anchors = new ArrayList<>();
        private boolean file;
        private boolean outside;
        private boolean failed;

        Run(Text raw) {
            this.raw = raw;
        }

        @Nullable
        Text text(boolean secretsAllowed) {
            Matcher matcher = REFERENCE.matcher(raw.value());
            int done = 0;
            while (matcher.find()) {
                copy(done, matcher.start());
                anchor(matcher.start());
                value.append(replacement(matcher, secretsAllowed));
                done = matcher.end();
            }
            copy(done, raw.value().length());
            return failed ? null : new Text(value.toString(), raw.place(), anchors);
        }

        private String replacement(Matcher matcher, boolean secretsAllowed) {
            if (matcher.group().equals("$${")) {
                return "${";
            }
            outside = true;
            if (matcher.group(1) != null) {
                file = true;
                if (!secretsAllowed) {
                    fail(
                            matcher,
                            ProblemCode.SECRET_MISPLACED,
                            "a secret from a file can only be the value of an option");
                }
                return "";
            }
            String name = matcher.group(3);
            if (name == null) {
                fail(
                        matcher,
                        ProblemCode.BAD_REFERENCE,
                        "'${' begins a reference such as ${NAME}, ${NAME:-default} or ${file:/path};"
                                + " write '$${' for the characters themselves");
                return "";
            }
            Optional<String> found = environment.get(name).or(() -> Optional.ofNullable(matcher.group(4)));
            if (found.isEmpty()) {
                String advice = "; set it in the environment or with --set " + name + "=…";
                fail(matcher, ProblemCode.VARIABLE_NOT_SET, "the variable '" + name + "' is not set" + advice);
            }
            return found.orElse("");
        }

        private void fail(Matcher matcher, ProblemCode code, String message) {
            failed = true;
            problems.add(code, raw.at(matcher.start()), message);
        }

        private void copy(int from, int to) {
            if (from == to) {
                return;
            }
            Text part = raw.slice(from, to);
            for (Anchor anchor : part.anchors()) {
                anchors.add(new Anchor(anchor.offset() + value.length(), anchor.line(), anchor.column()));
            }
            value.append(part.value());
        }

        private void anchor(int rawOffset) {
            if (!raw.anchors().isEmpty()) {
                anchors.add(new Anchor(
                        value.length(),
                        raw.at(rawOffset).line(),
                        raw.at(rawOffset).column()));
            }
        }
    }
}
