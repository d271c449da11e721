package io.weirflow.benchmarks.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM's log of collections tells.
 *
 * @param peakAfterMib the most that was left on the heap by a collection, in MiB; 0 when there was none
 * @param pauseSeconds how long all pauses took
 */
public record GcLog(double peakAfterMib, double pauseSeconds) {

    private static final Pattern PAUSE = Pattern.compile("Pause .* \\d+M->(\\d+)M\\(\\d+M\\) ([0-9.]+)ms");

    /** Returns the options that make a JVM write one. */
    static List<String> options(Path file) {
        return List.of("-Xlog:gc:file=" + file + ":uptime:filecount=0");
    }

    /** Reads one; the process may still be writing. */
    static GcLog read(Path file) {
        if (!Files.exists(file)) {
            return new GcLog(0, 0);
        }
        try (Stream<String> lines = Files.lines(file)) {
            return of(lines.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GcLog of(List<String> lines) {
        double peakMib = 0;
        double pauseMs = 0;
        for (String line : lines) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.find()) {
                peakMib = Math.max(peakMib, Double.parseDouble(pause.group(1)));
                pauseMs += Double.parseDouble(pause.group(2));
            }
        }
        return new GcLog(peakMib, pauseMs / 1_000);
    }
}
