package io.weirflow.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of a file sink has seen of it. Rows that were committed once may neither change nor go: each look is compared with all before.
 */
final class CommittedRows {

    /** As docs/CONNECTORS.md names parts: instance, slot, number of the first and of the last row, level. */
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9-]+\\.p(\\d+)\\.(\\d+)-(\\d+)\\.l\\d+");

    private final Path result;

    /** For each slot, its rows by number. */
    private final SortedMap<Integer, SortedMap<Long, String>> seen = new TreeMap<>();

    CommittedRows(Path result) {
        this.result = result;
    }

    Path result() {
        return result;
    }

    Path folderOfParts() {
        return result.resolveSibling(result.getFileName() + ".parts");
    }

    /** Returns how many rows are committed now, by the names of the parts; safe while a process writes. */
    long count() {
        SortedMap<Integer, Long> lastOf = new TreeMap<>();
        for (Path part : parts()) {
            Matcher name = match(part);
            lastOf.merge(Integer.valueOf(name.group(1)), Long.valueOf(name.group(3)), Math::max);
        }
        return lastOf.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Looks at the parts; no process may be writing. */
    void look() throws IOException {
        for (Path part : parts()) {
            Matcher name = match(part);
            long first = Long.parseLong(name.group(2));
            List<String> lines = wholeLines(part);
            assertThat((long) lines.size())
                    .as("rows in %s", part.getFileName())
                    .isEqualTo(Long.parseLong(name.group(3)) - first + 1);
            SortedMap<Long, String> rows =
                    seen.computeIfAbsent(Integer.valueOf(name.group(1)), slot -> new TreeMap<>());
            for (int i = 0; i < lines.size(); i++) {
                String former = rows.putIfAbsent(first + i, lines.get(i));
                if (former != null) {
                    assertThat(lines.get(i))
                            .as("row %d in %s", first + i, part.getFileName())
                            .isEqualTo(former);
                }
            }
        }
    }

    /** Returns the rows of the finished result, in which all that was seen before must be, at its place. */
    List<String> finished() throws IOException {
        List<String> lines = wholeLines(result);
        Map<Integer, Long> rowsOf = mark();
        int start = 0;
        for (Map.Entry<Integer, Long> slot : rowsOf.entrySet()) {
            SortedMap<Long, String> before = seen.getOrDefault(slot.getKey(), new TreeMap<>());
            assertThat(before.isEmpty() || before.lastKey() <= slot.getValue())
                    .as("rows that were visible are there")
                    .isTrue();
            for (Map.Entry<Long, String> row : before.entrySet()) {
                String now = lines.get((int) (start + row.getKey() - 1));
                requireSame(row.getValue(), now, row.getKey(), slot.getKey());
            }
            start += slot.getValue().intValue();
        }
        assertThat(lines).as("rows of all slots").hasSize(start);
        assertThat(rowsOf.keySet()).as("slots whose rows were visible").containsAll(seen.keySet());
        return lines;
    }

    private void requireSame(@Nullable String before, String now, long number, int slot) {
        if (before != null && !before.equals(now)) {
            throw new AssertionError("row " + number + " of slot " + slot + " in " + result.getFileName()
                    + " was visible and has changed from " + before + " to " + now);
        }
    }

    /** The mark names, behind the instance, the slots and the numbers of their rows. */
    private Map<Integer, Long> mark() throws IOException {
        Map<Integer, Long> rowsOf = new TreeMap<>();
        List<String> lines = Files.readAllLines(result.resolveSibling("." + result.getFileName() + ".done"));
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ");
            rowsOf.put(Integer.valueOf(words[0]), Long.valueOf(words[1]));
        }
        return rowsOf;
    }

    private List<Path> parts() {
        Path folder = folderOfParts();
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> PART.matcher(file.getFileName().toString()).matches())
                    .forEach(found::add);
        } catch (IOException | UncheckedIOException e) {
            // The folder is not there before the first commit, nor after the last.
            return List.of();
        }
        return found;
    }

    private static Matcher match(Path part) {
        Matcher matcher = PART.matcher(part.getFileName().toString());
        assertThat(matcher.matches()).isTrue();
        return matcher;
    }

    /** Returns the lines of a file that must not end within one. */
    private static List<String> wholeLines(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        assertThat(text.isEmpty() || text.endsWith("\n"))
                .as("%s ends with a whole line", file.getFileName())
                .isTrue();
        return text.lines().toList();
    }
}
