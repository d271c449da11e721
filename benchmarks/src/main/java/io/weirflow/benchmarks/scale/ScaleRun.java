package io.weirflow.benchmarks.scale;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.cases.Session;
import io.weirflow.benchmarks.engine.Pipelines;
import io.weirflow.benchmarks.engine.Services;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** One round of {@link ScaleCase}: processes, load, what is done to them, and what was seen. */
final class ScaleRun implements AutoCloseable {

    private static final List<String> STAGES = List.of("first", "second", "third", "fourth");
    private static final String MOVED = "third";
    private static final int MOVED_STAGE = 2;
    private static final int SLOTS = 16;
    private static final int WORKERS = 4;
    private static final long STATE_BYTES = 1L << 30;
    private static final int VALUE_BYTES = 1_000;
    private static final int PER_SECOND = 2_000;
    private static final long QUIET_MS = 5_000;

    /** What the machine does to the stages while nothing moves, to compare with. */
    private static final long CALM_MS = 12_000;

    private static final long KILL_WATCH_MS = 12_000;

    /** What the coordinator logs as soon as it takes a worker for dead. */
    private static final String NOTICED = "Fencing the lease of a worker that is gone";

    private static final long MS = 1_000;

    private final Session session;
    private final String id;
    private final int keys;
    private final Flow flow = new Flow(STAGES.size());
    private final Services services;
    private final SteadyLoad load;
    private final OutputCheck output;
    private final FlowWatch watch;
    private final Seconds seconds;
    private final StageSlots slots;
    private final Map<String, Double> figures = new LinkedHashMap<>();

    private ScaleRun(Session session, String id) {
        this.session = session;
        this.id = id;
        this.keys = (int) Math.max(SLOTS, session.stateBytes(STATE_BYTES) / VALUE_BYTES);
        String kafka = session.broker().bootstrapServers();
        session.createTopic(id + "-in");
        session.createTopic(id + "-out");
        this.services = new Services(session.home(), kafka, id);
        this.slots = new StageSlots(services, id, MOVED, SLOTS);
        try {
            startPipeline();
            this.load = new SteadyLoad(kafka, id + "-in", keys);
            this.seconds = new Seconds(STAGES, flow, load.pace());
            this.output = new OutputCheck(kafka, id + "-out", keys, STAGES.size() - 1, flow);
            this.watch = new FlowWatch(
                    kafka,
                    id,
                    STAGES.subList(1, STAGES.size()),
                    List.of(SLOTS / WORKERS, SLOTS, SLOTS / WORKERS),
                    MOVED_STAGE,
                    flow);
        } catch (RuntimeException e) {
            services.close();
            throw e;
        }
    }

    static ScaleRun start(Session session, int round) {
        return new ScaleRun(session, "bench-scale-" + round);
    }

    private void startPipeline() {
        services.startWorker("others", List.of("first", "second", "fourth"));
        for (int worker = 1; worker <= WORKERS; worker++) {
            services.startWorker(name(worker), List.of(MOVED));
        }
        services.awaitWorkers(WORKERS + 1);
        apply(0, VALUE_BYTES);
        services.scale(id, MOVED, 1);
        services.await("the stage runs on one worker", () -> slots.spread(1));
    }

    private static String name(int worker) {
        return "mover-" + worker;
    }

    private void apply(int standbys, int valueBytes) {
        Map<String, String> values = Map.of(
                "ID",
                id,
                "INPUT",
                id + "-in",
                "OUTPUT",
                id + "-out",
                "SLOTS",
                Integer.toString(SLOTS),
                "STANDBY",
                Integer.toString(standbys),
                "VALUE_BYTES",
                Integer.toString(valueBytes));
        Path file = session.home().work().resolve(id + ".yaml");
        services.apply(file, Pipelines.text("scale", values));
    }

    /** Does everything, and returns the figures. */
    Map<String, Double> measure() throws InterruptedException {
        fill();
        load.start(session.rate(PER_SECOND));
        pause(QUIET_MS);
        figures.put("first moves, silent ms", (double) Math.max(scale(WORKERS), scale(1)));
        warmUp();
        long calmMs = Clocks.epochMs();
        pause(CALM_MS);
        watch.check();
        steadiness("calm, ", calmMs, Clocks.epochMs());
        // Rows come at random, so slots are silent without any reason, too.
        figures.put("calm, silent ms", (double) longest(silentMs(slots.owners().keySet(), calmMs, Clocks.epochMs())));
        long fromMs = Clocks.epochMs();
        long silentMs = 0;
        for (int workers : List.of(WORKERS, 2, WORKERS, 1, 2)) {
            silentMs = Math.max(silentMs, scale(workers));
        }
        figures.put("silent ms", (double) silentMs);
        steadiness("", fromMs, Clocks.epochMs());
        long upgradedMs = Clocks.epochMs();
        figures.put("upgrade, silent ms", (double) upgrade());
        steadiness("upgrade, ", upgradedMs, Clocks.epochMs());
        figures.put("stopped in order, silent ms", (double) stopInOrder());
        warmUp();
        kill("killed", "without a standby");
        apply(1, VALUE_BYTES + 1);
        services.await("every slot has a standby that is close", slots::standbysAreClose);
        warmUp();
        kill("killed with a standby", "with a standby");
        load.stop();
        services.await("all rows have come out", () -> output.rows() >= load.produced());
        watch.check();
        figures.put("rows", (double) load.produced());
        return figures;
    }

    /** Rows pass, so that processes that were just started or just got slots are compiled. */
    private void warmUp() {
        pause(session.wishes().warmUpSeconds() * MS);
    }

    private void fill() {
        long beginMs = Clocks.epochMs();
        load.fill();
        services.await("the state is filled", () -> output.rows() >= keys);
        say("%,d keys, %,d MiB of state, filled in %d s", keys, (long) keys * VALUE_BYTES >> 20, since(beginMs) / MS);
    }

    /** Scales the stage and returns the longest silence of a slot that moved. */
    private long scale(int workers) {
        Map<Integer, String> before = slots.owners();
        StepTimes steps = new StepTimes(services.logs());
        long fromMs = Clocks.epochMs();
        services.scale(id, MOVED, workers);
        services.await("the stage runs on " + workers + " workers", () -> slots.spread(workers));
        long doneMs = Clocks.epochMs();
        pause(QUIET_MS);
        watch.check();
        Map<Integer, Long> silent =
                silentMs(those(slots.owners(), (slot, owner) -> !owner.equals(before.get(slot))), fromMs, doneMs);
        say("to %d workers in %.1f s; slots that moved were silent for ms: %s", workers, since(fromMs, doneMs), silent);
        say("  steps, median/largest ms: %s", steps.show());
        show(fromMs, doneMs + QUIET_MS);
        return longest(silent);
    }

    /** Gives the stage another version, which each slot begins at a cut of its own, and returns the longest silence of a slot. */
    private long upgrade() {
        StepTimes steps = new StepTimes(services.logs());
        long fromMs = Clocks.epochMs();
        apply(0, VALUE_BYTES + 1);
        services.await("all slots run the new version", () -> slots.runVersion(2));
        long doneMs = Clocks.epochMs();
        pause(QUIET_MS);
        watch.check();
        Map<Integer, Long> silent = silentMs(slots.owners().keySet(), fromMs, doneMs);
        say("upgraded in %.1f s; slots were silent for ms: %s", since(fromMs, doneMs), silent);
        say("  steps from the cut on, median/largest ms: %s", steps.show());
        show(fromMs, doneMs + QUIET_MS);
        return longest(silent);
    }

    /** Ends the worker that has most slots as SIGTERM does, starts it again, and returns the longest silence of one of its slots. */
    private long stopInOrder() {
        Map<Integer, String> before = slots.owners();
        String leaver = StageSlots.mostLoaded(before);
        StepTimes steps = new StepTimes(services.logs());
        long fromMs = Clocks.epochMs();
        services.stopWorker(leaver);
        services.await("its slots run elsewhere", () -> slots.runWithout(leaver));
        long doneMs = Clocks.epochMs();
        pause(QUIET_MS);
        watch.check();
        Map<Integer, Long> silent = silentMs(those(before, (slot, owner) -> owner.equals(leaver)), fromMs, doneMs);
        say("SIGTERM of %s, gone in %.1f s: its slots were silent for ms: %s", leaver, since(fromMs, doneMs), silent);
        say("  steps, median/largest ms: %s", steps.show());
        show(fromMs, Clocks.epochMs());
        startAgain(leaver);
        return longest(silent);
    }

    private void startAgain(String worker) {
        services.startWorker(worker, List.of(MOVED));
        services.awaitWorkers(WORKERS + 1);
        services.await("the stage is spread again", () -> slots.spread(2));
    }

    private static Set<Integer> those(Map<Integer, String> owners, BiPredicate<Integer, String> which) {
        return owners.keySet().stream()
                .filter(slot -> which.test(slot, owners.get(slot)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns how long each slot was silent at the longest; a slot that sent nothing at all has no silence that ends. */
    private Map<Integer, Long> silentMs(Set<Integer> slots, long fromMs, long untilMs) {
        Map<Integer, Long> silent = new TreeMap<>();
        slots.forEach(slot -> silent.put(
                slot, flow.longestGap(slot, fromMs, untilMs).map(Flow.Gap::ms).orElse(0L)));
        return silent;
    }

    private static long longest(Map<Integer, Long> silent) {
        return silent.values().stream().mapToLong(ms -> ms).max().orElse(0);
    }

    /** Kills the worker that has most slots: how long its slots were silent, and how long of that after the coordinator had noticed. */
    private void kill(String figure, String how) {
        Map<Integer, String> before = slots.owners();
        String victim = StageSlots.mostLoaded(before);
        StepTimes steps = new StepTimes(services.logs());
        long killedMs = Clocks.epochMs();
        services.killWorker(victim);
        services.await("its slots run elsewhere", () -> slots.runWithout(victim));
        pause(KILL_WATCH_MS);
        watch.check();
        Map<Integer, Long> silent =
                silentMs(those(before, (slot, owner) -> owner.equals(victim)), killedMs, Clocks.epochMs());
        say("kill -9 of %s, %s: its slots were silent for ms: %s", victim, how, silent);
        figures.put(figure + ", silent ms", (double) longest(silent));
        steps.untilFirst(NOTICED, killedMs).ifPresent(noticedMs -> {
            Map<Integer, Long> since = goneOn(silent.keySet(), killedMs, noticedMs);
            say("  noticed after %d ms; they went on so many ms later: %s", noticedMs, since);
            figures.put(figure + ", since noticed ms", (double) longest(since));
        });
        say("  steps once it was noticed, median/largest ms: %s", steps.show());
        show(killedMs, Clocks.epochMs());
        startAgain(victim);
    }

    /** Returns how long after the moment at which a kill was noticed each slot went on. */
    private Map<Integer, Long> goneOn(Set<Integer> slots, long killedMs, long noticedMs) {
        Map<Integer, Long> since = new TreeMap<>();
        for (int slot : slots) {
            flow.longestGap(slot, killedMs, Clocks.epochMs())
                    .ifPresent(gap -> since.put(slot, gap.untilMs() - killedMs - noticedMs));
        }
        return since;
    }

    /** The lowest second of the stages that do not move, in percent of their mean, of those seconds that the machine had for itself. */
    private void steadiness(String when, long fromMs, long untilMs) {
        for (int stage = 0; stage < STAGES.size(); stage++) {
            if (stage != MOVED_STAGE) {
                String figure = when + STAGES.get(stage) + " least %";
                seconds.leastPercent(stage, fromMs, untilMs).ifPresent(least -> figures.put(figure, least));
            }
        }
        figures.put(when + "seconds", (double) seconds.count(fromMs, untilMs));
        figures.put(when + "seconds left out", (double) seconds.leftOut(fromMs, untilMs));
    }

    /** Shows what each stage has sent, second by second, and what the machine had not. */
    private void show(long fromMs, long untilMs) {
        seconds.lines(fromMs, untilMs).forEach(line -> say("  %s", line));
    }

    private static long since(long beginMs) {
        return Clocks.epochMs() - beginMs;
    }

    private static double since(long beginMs, long endMs) {
        return (endMs - beginMs) / (double) MS;
    }

    private static void pause(long ms) {
        Clocks.parkUntilUs(Clocks.epochUs() + ms * 1_000);
    }

    private void say(String format, Object... values) {
        session.say(String.format(Locale.ROOT, "scale: " + format, values));
    }

    /** Returns what is wrong with the results, if anything is. */
    Optional<String> verdict() {
        output.close();
        return output.verdict(load.produced());
    }

    @Override
    public void close() {
        load.close();
        output.close();
        watch.close();
        seconds.close();
        services.close();
    }
}
