package io.weirflow.benchmarks;

import io.weirflow.api.Edge;
import io.weirflow.benchmarks.cases.BenchCase;
import io.weirflow.benchmarks.cases.BenchCases;
import io.weirflow.benchmarks.cases.Session;
import io.weirflow.benchmarks.cases.WarmUp;
import io.weirflow.benchmarks.engine.BrokerProcess;
import io.weirflow.benchmarks.engine.Home;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.report.CaseResult;
import io.weirflow.benchmarks.report.JsonReport;
import io.weirflow.benchmarks.report.Machine;
import io.weirflow.benchmarks.report.Outcome;
import io.weirflow.benchmarks.report.Table;
import io.weirflow.benchmarks.report.Targets;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weirflow bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures Weirflow beside Kafka Streams, Flink and plain clients, on one broker and the same data.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:measured", "1:some runs failed or gave wrong answers", "2:bad arguments"})
public final class Bench implements Callable<Integer> {

    /** JMH's options when none are given: nanoseconds per operation, two forks, a few seconds each. */
    private static final String[] KERNELS = {
        "-bm", "avgt", "-tu", "ns", "-f", "2", "-wi", "3", "-w", "1", "-i", "5", "-r", "1"
    };

    @Parameters(
            paramLabel = "case",
            description = "what to measure; see --list (default: a b c); jmh: the kernels, with JMH's own options")
    private List<String> cases = List.of();

    @Option(names = "--list", description = "lists the cases and ends")
    private boolean list;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "rows of each case's data (default: the case's own number)")
    private long rows;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "rounds (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "how long a latency is measured (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "40",
            description =
                    "seconds in which rows pass before a latency or a move is measured, and the broker is used before "
                            + "the first case (default: ${DEFAULT-VALUE})")
    private int warmUpSeconds;

    @Option(
            names = "--engines",
            paramLabel = "NAME",
            split = ",",
            description = "only engines whose names begin so: weirflow, kafka-streams, flink, floor")
    private List<String> engines = List.of();

    @Option(names = "--heap", defaultValue = "512m", description = "heap of each engine (default: ${DEFAULT-VALUE})")
    private String heap = "512m";

    @Option(
            names = "--state",
            paramLabel = "SIZE",
            description = "state of the cases f, j and scale, for example 200m (default: 5g, and 1g for scale)")
    private @Nullable String state;

    @Option(names = "--rate", paramLabel = "N", description = "rows per second of the case scale (default: 2000)")
    private int rate;

    @Option(
            names = "--profile",
            paramLabel = "DIR",
            description = "records each engine run with the JVM's flight recorder, and writes a report next to it")
    private @Nullable Path profile;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "where the figures go as JSON (default: bench.json in the folder of the run)")
    private @Nullable Path json;

    private Bench() {}

    /** Runs the command; the checkout is named by the property {@code weirflow.home}. */
    @Edge
    public static void main(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("jmh")) {
            org.openjdk.jmh.Main.main(args.length > 1 ? Arrays.copyOfRange(args, 1, args.length) : KERNELS);
            return;
        }
        CommandLine command = new CommandLine(new Bench());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(args));
    }

    @Override
    @Edge // The process's own streams.
    public Integer call() throws IOException, InterruptedException {
        PrintStream out = System.out;
        if (list) {
            BenchCases.all().forEach(each -> out.println(each.id() + "  " + each.title()));
            return 0;
        }
        List<BenchCase> chosen = new ArrayList<>();
        for (String id : cases.isEmpty() ? List.of("a", "b", "c") : cases) {
            BenchCase found = BenchCases.all().stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElse(null);
            if (found == null) {
                System.err.println("there is no case '" + id + "'; --list shows what there is");
                return 2;
            }
            chosen.add(found);
        }
        if (state != null && !Sizes.valid(state)) {
            System.err.println("--state must be a size such as 200m or 5g, it is '" + state + "'");
            return 2;
        }
        if (rate < 0) {
            System.err.println("--rate must be 1 or more, it is " + rate);
            return 2;
        }
        return measure(chosen, out, System.err);
    }

    private int measure(List<BenchCase> chosen, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("weirflow.home", "")).toAbsolutePath();
        Path work = Files.createTempDirectory("weirflow-bench-");
        Home home = new Home(root, work, heap, Optional.ofNullable(profile));
        Machine machine = Machine.look();
        long atMs = Clocks.epochMs();
        out.println(machine.describe());
        err.println("logs: " + work.resolve("logs"));
        List<CaseResult> results = new ArrayList<>();
        try (BrokerProcess broker = BrokerProcess.start(home);
                Topics topics = new Topics(broker.bootstrapServers())) {
            Session.Wishes wishes = new Session.Wishes(
                    rows, rounds, seconds, warmUpSeconds, engines, state == null ? 0 : Sizes.bytes(state), rate);
            Session session = new Session(home, broker, topics, wishes, err::println);
            WarmUp.run(session);
            for (BenchCase each : chosen) {
                CaseResult result = each.run(session);
                results.add(result);
                out.println();
                out.print(Table.render(result));
                out.flush();
            }
        }
        home.removeData();
        List<Outcome> outcomes = Targets.check(results);
        out.println();
        out.print(Table.render(outcomes));
        Path file = json == null ? work.resolve("bench.json") : json;
        Files.writeString(file, JsonReport.render(atMs, machine, settings(), results, outcomes));
        err.println("figures: " + file);
        return results.stream().allMatch(result -> result.failures().isEmpty()) ? 0 : 1;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("rows", rows == 0 ? "each case's own" : Long.toString(rows));
        settings.put("rounds", Integer.toString(rounds));
        settings.put("seconds", Integer.toString(seconds));
        settings.put("warm-up", Integer.toString(warmUpSeconds));
        settings.put("heap", heap);
        settings.put("state", state == null ? "each case's own" : state);
        settings.put("rate", rate == 0 ? "the case's own" : Integer.toString(rate));
        return settings;
    }
}
