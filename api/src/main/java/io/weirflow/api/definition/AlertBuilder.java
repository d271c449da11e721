package io.weirflow.api.definition;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Describes an alert. */
public final class AlertBuilder {

    private List<Text> key = List.of();
    private @Nullable Text when;
    private @Nullable Text holds;
    private @Nullable Text resolveAfter;
    private @Nullable Text severity;
    private @Nullable Text summary;

    AlertBuilder() {}

    /** Names the columns by which alerts are told apart. */
    public AlertBuilder key(String... columns) {
        key = JavaValues.texts(columns);
        return this;
    }

    /** Sets the condition. */
    public AlertBuilder when(String sqlCondition) {
        when = Text.of(sqlCondition);
        return this;
    }

    /** Sets how long the condition must hold ({@code for} in YAML). */
    public AlertBuilder holdsFor(Duration duration) {
        holds = JavaValues.duration(duration);
        return this;
    }

    /** Sets how long the condition must not hold before the alert is resolved. */
    public AlertBuilder resolveAfter(Duration duration) {
        resolveAfter = JavaValues.duration(duration);
        return this;
    }

    /** Sets the severity, a free text. */
    public AlertBuilder severity(String text) {
        severity = Text.of(text);
        return this;
    }

    /** Sets the summary: a text with columns and expressions in braces. */
    public AlertBuilder summary(String template) {
        summary = Text.of(template);
        return this;
    }

    AlertDefinition build() {
        return new AlertDefinition(key, when, holds, resolveAfter, severity, summary, Place.BUILDER);
    }
}
