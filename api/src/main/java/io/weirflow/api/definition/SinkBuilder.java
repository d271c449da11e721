package io.weirflow.api.definition;

import io.weirflow.api.connector.Guarantee;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes a sink. */
public final class SinkBuilder {

    private final Text name;
    private List<Text> from = List.of();
    private @Nullable ConnectorUse to;
    private FormatUse format = FormatUse.DEFAULT;
    private @Nullable Text guarantee;

    SinkBuilder(String name) {
        this.name = Text.of(name);
    }

    /** Names the streams and stages that rows come from; several are united. */
    public SinkBuilder from(String... names) {
        from = JavaValues.texts(names);
        return this;
    }

    /**
     * Names the connector that rows go to.
     *
     * @param options Strings, numbers, Booleans, Durations, Lists and Maps
     */
    public SinkBuilder to(String connector, Map<String, ?> options) {
        to = new ConnectorUse(Text.of(connector), JavaValues.fields(options), Place.BUILDER);
        return this;
    }

    /** Names the format of the records. */
    public SinkBuilder format(String formatName) {
        return format(formatName, Map.of());
    }

    /** Names the format of the records and its options. */
    public SinkBuilder format(String formatName, Map<String, ?> options) {
        format = new FormatUse(Text.of(formatName), JavaValues.fields(options));
        return this;
    }

    /** Asks for a guarantee; the best that the connector has, unless asked. */
    public SinkBuilder guarantee(Guarantee wanted) {
        guarantee = Text.of(wanted.name().toLowerCase(Locale.ROOT));
        return this;
    }

    SinkDefinition build() {
        return new SinkDefinition(name, from, to, format, guarantee);
    }
}
