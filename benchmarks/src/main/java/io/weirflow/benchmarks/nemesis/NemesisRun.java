package io.weirflow.benchmarks.nemesis;

import com.fasterxml.jackson.databind.JsonNode;
import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.child.BankStreams;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.Pipelines;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.nemesis.Outcome.Done;
import io.weirflow.benchmarks.nemesis.fault.FaultPlan;
import io.weirflow.benchmarks.nemesis.load.AlertLoad;
import io.weirflow.benchmarks.nemesis.load.BankLoad;
import io.weirflow.benchmarks.nemesis.load.Endpoint;
import io.weirflow.benchmarks.nemesis.load.Feeder;
import io.weirflow.benchmarks.nemesis.load.Load;
import io.weirflow.benchmarks.nemesis.load.Reader;
import io.weirflow.benchmarks.nemesis.load.WindowLoad;
import io.weirflow.benchmarks.nemesis.site.FleetControl;
import io.weirflow.benchmarks.nemesis.site.FleetControl.Deployed;
import io.weirflow.benchmarks.nemesis.site.Site;
import io.weirflow.testkit.history.EffectHistory;
import io.weirflow.testkit.history.Findings;
import io.weirflow.testkit.history.ReadHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One run: starts everything, lets the pipelines work, torments the processes, lets them recover, and judges.
 *
 * <p>The thread that calls {@link #run} reads the topics, so histories are fed by it alone; the webhook's endpoint leaves what it has heard in a
 * queue. Faults have threads of their own ({@link Tormentor}).
 */
final class NemesisRun implements AutoCloseable {

    private static final long READY_US = TimeUnit.MINUTES.toMicros(2);
    private static final long RECOVERY_US = TimeUnit.MINUTES.toMicros(4);
    private static final long UPGRADE_US = TimeUnit.MINUTES.toMicros(2);
    /** What comes although all is there already comes within this time, or never. */
    private static final long AFTERWARDS_US = TimeUnit.SECONDS.toMicros(5);

    private final NemesisSettings settings;
    private final Consumer<String> say;
    private final Findings findings;
    private final Troubles troubles;
    private final Endpoint endpoint;
    private final Heard heard = new Heard();
    private final List<Load> loads = new ArrayList<>();
    private final Site site;
    private final Optional<FleetControl> control;

    /** @param say takes lines for the user; any thread */
    NemesisRun(NemesisSettings settings, Consumer<String> say) throws IOException {
        this.settings = settings;
        this.say = say;
        this.findings = new Findings(violation -> say.accept("  VIOLATION " + violation));
        this.troubles = new Troubles(say);
        Random random = new Random(settings.seed());
        this.endpoint = Endpoint.start(new Random(random.nextLong()));
        loads.add(new BankLoad(new Random(random.nextLong()), 120, findings));
        Site.Layout layout = new Site.Layout(settings.folder(), NemesisRun::java);
        if (settings.engine() == NemesisSettings.Engine.WEIRFLOW) {
            addOtherLoads(random);
            this.site = Site.weirflow(layout, settings.coordinators(), settings.workers(), random, troubles::add);
            this.control = Optional.of(new FleetControl(site.controls(), site.savepoints(), pipelines()));
        } else {
            this.site = Site.of(
                    layout,
                    settings.workers(),
                    BankStreams.class.getName(),
                    List.of(settings.guarantee().streamsName()),
                    random,
                    note -> say.accept("  " + note));
            this.control = Optional.empty();
        }
    }

    private void addOtherLoads(Random random) {
        loads.add(new WindowLoad(new Random(random.nextLong()), 120, findings));
        AlertLoad alerts = new AlertLoad(new Random(random.nextLong()), 60, findings, endpoint::url);
        loads.add(alerts);
        heard.listener = request -> alerts.request(request.sink(), request.key(), request.body(), request.answer());
        AlertLoad.SINKS.forEach(sink -> endpoint.listen(sink, heard::add));
    }

    private List<Deployed> pipelines() throws IOException {
        List<Deployed> pipelines = new ArrayList<>();
        for (Load load : loads) {
            Path file = settings.folder().resolve(load.pipeline() + ".yaml");
            Files.writeString(file, Pipelines.text(load.pipeline(), load.values()));
            pipelines.add(new Deployed(load.pipeline(), file, load.stages(), load.versions()));
        }
        return pipelines;
    }

    private static List<String> java(String heap, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xshare:auto",
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                mainClass));
        command.addAll(arguments);
        return command;
    }

    /**
     * Runs.
     *
     * @throws BenchException when nothing can be said, because what is needed besides the engine does not work
     */
    Outcome run() throws InterruptedException {
        long startUs = Clocks.epochUs();
        ReadHistory reads = new ReadHistory(findings);
        start();
        try (Reader reader = new Reader(site.bootstrapServers(), loads, reads);
                Feeder feeder = new Feeder(site.bootstrapServers(), loads)) {
            feeder.start();
            await(reader, READY_US, "first results", () -> loads.stream().allMatch(NemesisRun::hasResults));
            say.accept("all pipelines have results; faults begin");
            List<Done> faults = torment(reader);
            say.accept("faults are over; waiting for what is still to come");
            upgrade(reader);
            long sent = feeder.finish();
            recover(reader, sent);
            reader.readAgain();
            reads.finish();
            loads.forEach(Load::finish);
            checkFleet();
            return outcome((Clocks.epochUs() - startUs) / 1e6, faults);
        }
    }

    private void start() throws InterruptedException {
        site.startBroker();
        try (Topics topics = new Topics(site.bootstrapServers())) {
            loads.stream()
                    .flatMap(load -> load.topics().stream())
                    .forEach(topic -> topics.create(List.of(topic.name()), topic.partitions()));
        }
        site.startRest();
        if (control.isPresent()) {
            for (Deployed pipeline : control.get().pipelines()) {
                control.get().apply(pipeline.name());
            }
        }
    }

    private static boolean hasResults(Load load) {
        return load.counts().values().stream().limit(2).allMatch(count -> count > 0);
    }

    private List<Done> torment(Reader reader) throws InterruptedException {
        FaultPlan plan = new FaultPlan(settings.seed(), site, control);
        try (Tormentor tormentor = new Tormentor(plan, settings, say, troubles::add)) {
            tormentor.start();
            while (!tormentor.done()) {
                poll(reader);
            }
            return tormentor.faults();
        }
    }

    /** Undisturbed, and with rows that come, each slot goes over to the newest version before long. */
    private void upgrade(Reader reader) throws InterruptedException {
        if (control.isPresent()) {
            await(reader, UPGRADE_US, "slots in the newest version", control.get()::upToDate);
        }
    }

    private void recover(Reader reader, long sent) throws InterruptedException {
        await(
                reader,
                RECOVERY_US,
                "all results",
                () -> reader.inputs() >= sent && loads.stream().allMatch(Load::complete));
        long settledUs = Clocks.epochUs() + AFTERWARDS_US;
        while (Clocks.epochUs() < settledUs) {
            poll(reader);
        }
        if (reader.inputs() != sent) {
            throw new BenchException("of " + sent + " records that were sent, " + reader.inputs()
                    + " are in the topics: nothing can be said of what follows from them");
        }
    }

    /** Goes on reading until a condition holds; one that does not hold in time is for the histories to judge. */
    private void await(Reader reader, long patienceUs, String what, BooleanSupplier condition)
            throws InterruptedException {
        long endUs = Clocks.epochUs() + patienceUs;
        while (!condition.getAsBoolean()) {
            if (Clocks.epochUs() > endUs) {
                troubles.add(what + " have not come within " + TimeUnit.MICROSECONDS.toSeconds(patienceUs) + " s: "
                        + counts());
                return;
            }
            poll(reader);
        }
    }

    private void poll(Reader reader) throws InterruptedException {
        reader.poll();
        heard.tell();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void checkFleet() throws InterruptedException {
        if (control.isPresent()) {
            for (Deployed pipeline : control.get().pipelines()) {
                String phase = control.get().phaseAndReason(pipeline.name());
                if (!phase.equals("RUNNING")) {
                    troubles.add(pipeline.name() + " is " + phase);
                }
            }
            control.get().savepoints().problems().forEach(troubles::add);
        }
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        loads.forEach(load -> load.counts().forEach((what, count) -> counts.merge(what, count, Long::sum)));
        control.ifPresent(fleet ->
                counts.put("savepoints taken", (long) fleet.savepoints().taken()));
        return counts;
    }

    private Outcome outcome(double seconds, List<Done> faults) {
        return new Outcome(seconds, faults, counts(), findings.counts(), findings.kept(), troubles.all());
    }

    @Override
    public void close() {
        site.close();
        endpoint.close();
    }

    /** What the endpoint has heard, until the one thread that judges takes it. */
    private static final class Heard {

        private final List<Request> requests = new ArrayList<>();
        private Consumer<Request> listener = request -> {};

        private record Request(String sink, String key, JsonNode body, EffectHistory.Answer answer) {}

        synchronized void add(String sink, String key, JsonNode body, EffectHistory.Answer answer) {
            requests.add(new Request(sink, key, body, answer));
        }

        void tell() {
            List<Request> taken;
            synchronized (this) {
                taken = List.copyOf(requests);
                requests.clear();
            }
            taken.forEach(listener);
        }
    }

    /** What went wrong besides the histories. */
    private static final class Troubles {

        private final Consumer<String> say;
        private final List<String> all = new ArrayList<>();

        Troubles(Consumer<String> say) {
            this.say = say;
        }

        synchronized void add(String trouble) {
            all.add(trouble);
            say.accept(String.format(Locale.ROOT, "  TROUBLE %s", trouble));
        }

        synchronized List<String> all() {
            return List.copyOf(all);
        }
    }
}
