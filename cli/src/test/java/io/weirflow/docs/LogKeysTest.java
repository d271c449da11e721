package io.weirflow.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The keys of log events are those that {@code docs/METRICS.md} explains, so that one key means one thing in all services. */
final class LogKeysTest {

    private static final Pattern USED = Pattern.compile("\\.addKeyValue\\(\\s*\"([^\"]+)\"");
    private static final Pattern EXPLAINED = Pattern.compile("\\| `([A-Za-z]+)` \\| [^|]+ \\|");

    @Test
    void keysAreExplainedAndUsed() throws IOException {
        Set<String> used = new TreeSet<>();
        for (Path source : sources()) {
            Matcher key = USED.matcher(Files.readString(source));
            while (key.find()) {
                used.add(key.group(1));
            }
        }
        assertThat(explained()).containsExactlyElementsOf(used);
    }

    private static Set<String> explained() {
        Document document = Document.of("docs/METRICS.md");
        int logs = document.lines().indexOf("## Logs");
        assertThat(logs).isPositive();
        Set<String> keys = new TreeSet<>();
        for (String line : document.lines().subList(logs, document.lines().size())) {
            Matcher row = EXPLAINED.matcher(line);
            if (row.matches()) {
                keys.add(row.group(1));
            }
        }
        return keys;
    }

    private static Iterable<Path> sources() throws IOException {
        Set<Path> sources = new TreeSet<>();
        try (Stream<Path> modules = Files.list(Document.root())) {
            for (Path module : modules.map(folder -> folder.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                }
            }
        }
        assertThat(sources).hasSizeGreaterThan(100);
        return sources;
    }
}
