package io.weirflow.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.Format;
import io.weirflow.api.connector.OptionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/CONNECTORS.md} names every connector, format and option, each in its own section. */
final class DocumentationTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "CONNECTORS.md");

    private static String section(String text, String heading) {
        String level = heading.substring(0, heading.indexOf(' '));
        int start = text.indexOf("\n" + heading + "\n");
        assertThat(start).as("section '%s'", heading).isNotNegative();
        var next = Pattern.compile("\n#{1," + level.length() + "} ").matcher(text);
        int end = next.find(start + heading.length()) ? next.start() : text.length();
        return text.substring(start, end);
    }

    private static List<String> undocumented(String section, List<OptionSpec> options) {
        return options.stream()
                .map(OptionSpec::name)
                .filter(name -> section.lines().noneMatch(line -> line.matches("\\| [^|]*`" + name + "`[^|]*\\|.*")))
                .toList();
    }

    @Test
    void everyOptionOfEveryConnectorIsDocumented() throws IOException {
        String text = Files.readString(DOCUMENT);
        List<String> names = new ArrayList<>();
        for (Connector connector : ServiceLoader.load(Connector.class)) {
            names.add(connector.name());
            String all = section(text, "## " + connector.name());
            boolean both = connector.source().isPresent() && connector.sink().isPresent();
            connector
                    .source()
                    .ifPresent(source -> assertThat(
                                    undocumented(both ? section(all, "### Source") : all, source.options()))
                            .as("source %s", connector.name())
                            .isEmpty());
            connector
                    .call()
                    .ifPresent(call -> assertThat(undocumented(all, call.options()))
                            .as("service %s", connector.name())
                            .isEmpty());
            connector
                    .sink()
                    .ifPresent(sink -> assertThat(undocumented(both ? section(all, "### Sink") : all, sink.options()))
                            .as("sink %s", connector.name())
                            .isEmpty());
        }
        assertThat(names).containsExactlyInAnyOrder("file", "jdbc", "console", "generator", "kafka", "webhook", "http");
    }

    @Test
    void everyOptionOfEveryFormatIsDocumented() throws IOException {
        String formats = section(Files.readString(DOCUMENT), "## Formats");
        List<String> names = new ArrayList<>();
        for (Format format : ServiceLoader.load(Format.class)) {
            names.add(format.name());
            assertThat(undocumented(section(formats, "### " + format.name()), format.options()))
                    .as("format %s", format.name())
                    .isEmpty();
        }
        assertThat(names).containsExactlyInAnyOrder("json", "csv", "raw");
    }

    @Test
    void theCheckCanFail() {
        OptionSpec made = OptionSpec.optional("made_up", OptionSpec.Type.TEXT, "no such thing");
        assertThat(undocumented("| `made` | x | y |", List.of(made))).containsExactly("made_up");
        assertThat(undocumented("| `x`, `made_up` | x | y |", List.of(made))).isEmpty();
    }
}
