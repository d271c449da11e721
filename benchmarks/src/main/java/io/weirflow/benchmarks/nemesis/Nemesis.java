package io.weirflow.benchmarks.nemesis;

import io.weirflow.api.Edge;
import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.BenchException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weirflow nemesis}. */
@Command(
        name = "nemesis",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a broker, coordinators and workers as processes of this machine, with three pipelines; kills, pauses, cuts off,"
                    + " restarts and scales them, and upgrades, stops and restores the pipelines, at random; and checks that all"
                    + " results are there, once, whole and in order.",
            "The same seed gives the same faults in the same order."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all is as it should be",
            "1:something is not; logs and data are kept, and the last line says where",
            "2:bad arguments, or nothing can be said"
        })
public final class Nemesis implements Callable<Integer> {

    private static final int DEFAULT_FAULTS = 40;
    private static final int MAX_WORKERS = 64;

    @Option(names = "--seed", paramLabel = "N", description = "of all that is drawn (default: another one each time)")
    private @Nullable Long seed;

    @Option(
            names = "--faults",
            paramLabel = "N",
            description = "how many faults (default: " + DEFAULT_FAULTS + ", or as many as fit in --minutes)")
    private @Nullable Integer faults;

    @Option(names = "--minutes", paramLabel = "N", description = "how long to go on with them (default: no limit)")
    private @Nullable Double minutes;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "weirflow",
            description = "weirflow or kafka-streams, with the pipeline of the bank (default: ${DEFAULT-VALUE})")
    private String engine = "weirflow";

    @Option(
            names = "--guarantee",
            paramLabel = "NAME",
            defaultValue = "exactly_once",
            description = "of kafka-streams: exactly_once or at_least_once (default: ${DEFAULT-VALUE})")
    private String guarantee = "exactly_once";

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "4",
            description = "how many workers (default: ${DEFAULT-VALUE})")
    private int workers = 4;

    @Option(names = "--json", paramLabel = "FILE", description = "where the report goes as JSON, besides the text")
    private @Nullable Path json;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "for logs and data, an empty one; kept in any case (default: one that is removed unless"
                    + " something is wrong)")
    private @Nullable Path folder;

    private Nemesis() {}

    /** Runs the command. */
    @Edge
    public static void main(String[] args) {
        System.exit(new CommandLine(new Nemesis()).execute(args));
    }

    @Override
    @Edge // The process's own streams.
    public Integer call() throws InterruptedException {
        return run(System.out, System.err);
    }

    private int run(PrintStream out, PrintStream err) throws InterruptedException {
        try {
            NemesisSettings settings = settings();
            out.println("nemesis: seed " + settings.seed() + ", engine " + settings.engine()
                    + (settings.engine() == NemesisSettings.Engine.WEIRFLOW ? "" : " " + settings.guarantee()) + ", "
                    + settings.workers() + " workers, logs in "
                    + settings.folder().resolve("logs"));
            Outcome outcome = run(settings, out);
            out.print(NemesisReport.text(settings, outcome));
            if (json != null) {
                Files.writeString(json, NemesisReport.json(settings, outcome));
            }
            if (outcome.clean() && folder == null) {
                delete(settings.folder());
            } else {
                out.println("logs and data: " + settings.folder());
            }
            return outcome.clean() ? 0 : 1;
        } catch (BenchException | IOException e) {
            err.println("nemesis: " + e.getMessage());
            return 2;
        }
    }

    private static Outcome run(NemesisSettings settings, PrintStream out) throws IOException, InterruptedException {
        try (NemesisRun run = new NemesisRun(settings, line -> {
            out.println(line);
            out.flush();
        })) {
            return run.run();
        }
    }

    private NemesisSettings settings() throws IOException {
        boolean limited = minutes != null;
        return new NemesisSettings(
                seed == null ? Clocks.epochMs() % 1_000_000 : seed,
                atLeastOne("--faults", faults == null ? (limited ? Integer.MAX_VALUE : DEFAULT_FAULTS) : faults),
                minutes == null ? Long.MAX_VALUE : Math.round(minutes * 60),
                choice("--engine", engine, NemesisSettings.Engine.values()),
                choice("--guarantee", guarantee, NemesisSettings.Guarantee.values()),
                2,
                workers(),
                emptyFolder());
    }

    private int workers() {
        if (workers < 2 || workers > MAX_WORKERS) {
            throw new BenchException("--workers must be from 2 to " + MAX_WORKERS + ", it is " + workers);
        }
        return workers;
    }

    private static int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new BenchException(option + " must be 1 or more, it is " + value);
        }
        return value;
    }

    private static <T> T choice(String option, String text, T[] values) {
        return Stream.of(values)
                .filter(value -> value.toString().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new BenchException(option + " must be one of " + List.of(values) + ", it is " + text));
    }

    private Path emptyFolder() throws IOException {
        if (folder == null) {
            return Files.createTempDirectory("weirflow-nemesis-");
        }
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new BenchException("--folder " + folder + " is not empty");
            }
        }
        return folder.toAbsolutePath();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
