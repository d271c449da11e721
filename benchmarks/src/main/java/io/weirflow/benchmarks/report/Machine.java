package io.weirflow.benchmarks.report;

import io.weirflow.api.Edge;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where figures were measured. Load that was there before a run is noise in its figures.
 *
 * @param processors that the JVM may use
 * @param model of the processor, as far as the system says
 * @param memoryMib of the machine
 * @param system its name and version
 * @param java its version
 * @param load processes that wanted to run in the last minute, on average; negative where the system does not say
 */
public record Machine(int processors, String model, long memoryMib, String system, String java, double load) {

    private static final double QUIET = 0.3;

    /** Looks at this machine. */
    @Edge // The machine itself.
    public static Machine look() {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                lineOf("/proc/cpuinfo", "model name").replaceAll("^[^:]*:\\s*", ""),
                number(lineOf("/proc/meminfo", "MemTotal")) / 1024,
                System.getProperty("os.name") + ' ' + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + ' ' + System.getProperty("java.vm.version"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** Whether something else was running. */
    public boolean busy() {
        return load > QUIET;
    }

    /** Returns a sentence for the report. */
    public String describe() {
        String noise = busy()
                ? String.format(
                        Locale.ROOT,
                        " NOISY: the load before the start was %.1f, so something else was running; absolute figures are"
                                + " too low, ratios uncertain.",
                        load)
                : "";
        return String.format(
                Locale.ROOT,
                "%d processors (%s), %,d MiB, %s, %s; broker, engine and harness share them.%s",
                processors,
                model,
                memoryMib,
                system,
                java,
                noise);
    }

    private static String lineOf(String file, String start) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(start)).findFirst().orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static long number(String text) {
        String digits = text.replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }
}
