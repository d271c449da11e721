package io.weirflow.api.definition;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes a stream. */
public final class StreamBuilder {

    private final Text name;
    private @Nullable ConnectorUse source;
    private FormatUse format = FormatUse.DEFAULT;
    private @Nullable List<ColumnDefinition> columns;
    private @Nullable EventTimeDefinition eventTime;
    private @Nullable Text onError;

    StreamBuilder(String name) {
        this.name = Text.of(name);
    }

    /**
     * Names the connector that rows come from.
     *
     * @param options Strings, numbers, Booleans, Durations, Lists and Maps
     */
    public StreamBuilder source(String connector, Map<String, ?> options) {
        source = new ConnectorUse(Text.of(connector), JavaValues.fields(options), Place.BUILDER);
        return this;
    }

    /** Names the format of the records. */
    public StreamBuilder format(String formatName) {
        return format(formatName, Map.of());
    }

    /** Names the format of the records and its options. */
    public StreamBuilder format(String formatName, Map<String, ?> options) {
        format = new FormatUse(Text.of(formatName), JavaValues.fields(options));
        return this;
    }

    /** Adds a column, with its type as SQL writes it. */
    public StreamBuilder column(String columnName, String sqlType) {
        if (columns == null) {
            columns = new ArrayList<>();
        }
        columns.add(new ColumnDefinition(Text.of(columnName), Text.of(sqlType)));
        return this;
    }

    /** Takes the event time from a TIMESTAMP column. */
    public StreamBuilder eventTime(String columnName, Duration outOfOrderness) {
        return eventTime("column", Text.of(columnName), outOfOrderness, null);
    }

    /** Takes the event time from a TIMESTAMP column; a partition without rows for {@code idleAfter} no longer holds back the others. */
    public StreamBuilder eventTime(String columnName, Duration outOfOrderness, Duration idleAfter) {
        return eventTime("column", Text.of(columnName), outOfOrderness, idleAfter);
    }

    /** Takes the time at which the log took in the record. */
    public StreamBuilder ingestionTime(Duration outOfOrderness, Duration idleAfter) {
        return eventTime("ingestion", null, outOfOrderness, idleAfter);
    }

    /** Takes the time at which a row is processed: by the clock of the broker that takes it in on its way to the first stage that needs time. */
    public StreamBuilder processingTime() {
        eventTime = new EventTimeDefinition(Text.of("processing"), null, null, null, Place.BUILDER);
        return this;
    }

    /** A record that cannot be decoded stops the pipeline. */
    public StreamBuilder failOnError() {
        onError = Text.of("fail");
        return this;
    }

    private StreamBuilder eventTime(
            String kind, @Nullable Text column, Duration outOfOrderness, @Nullable Duration idleAfter) {
        eventTime = new EventTimeDefinition(
                Text.of(kind),
                column,
                JavaValues.duration(outOfOrderness),
                idleAfter == null ? null : JavaValues.duration(idleAfter),
                Place.BUILDER);
        return this;
    }

    StreamDefinition build() {
        return new StreamDefinition(name, source, format, columns, eventTime, onError);
    }
}
