package io.weirflow.benchmarks.nemesis;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.nemesis.Outcome.Done;
import io.weirflow.benchmarks.nemesis.fault.Fault;
import io.weirflow.benchmarks.nemesis.fault.FaultPlan;
import io.weirflow.benchmarks.nemesis.site.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Does what a plan says: one fault after the other strikes, each at its time, up to {@value #AT_ONCE} are under way at once, and none of them at the
 * same process as another. A fault whose target is not free yet waits for it, and all after it do.
 */
final class Tormentor implements AutoCloseable {

    private static final int AT_ONCE = 4;

    private final FaultPlan plan;
    private final NemesisSettings settings;
    private final Consumer<String> say;
    private final Consumer<String> trouble;
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final Map<String, Semaphore> pipelines = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Done> faults = new ArrayList<>();
    private final Thread planner = new Thread(this::torment, "planner");
    private final long startUs = Clocks.epochUs();

    /** @param trouble takes faults that could not be undone, or done */
    Tormentor(FaultPlan plan, NemesisSettings settings, Consumer<String> say, Consumer<String> trouble) {
        this.plan = plan;
        this.settings = settings;
        this.say = say;
        this.trouble = trouble;
    }

    void start() {
        planner.start();
    }

    /** Whether all faults are done and undone. */
    boolean done() {
        return !planner.isAlive() && threads.isTerminated();
    }

    /** Returns what was done so far, in the order of the plan. */
    List<Done> faults() {
        synchronized (faults) {
            return faults.stream().sorted(Comparator.comparingInt(Done::number)).toList();
        }
    }

    private void torment() {
        try {
            for (int number = 1; number <= settings.faults() && seconds() < settings.maxSeconds(); number++) {
                FaultPlan.Planned planned = plan.next();
                Clocks.parkUntilUs(Clocks.epochUs() + planned.gapMs() * 1_000);
                Fault fault = planned.fault();
                room.acquire();
                hold(fault);
                int its = number;
                threads.execute(() -> strike(its, fault));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdown();
        }
    }

    private void hold(Fault fault) throws InterruptedException {
        for (Member target : fault.targets()) {
            target.hold();
        }
        for (String pipeline : fault.pipelines()) {
            ofPipeline(pipeline).acquire();
        }
    }

    private void letGo(Fault fault) {
        fault.targets().forEach(Member::letGo);
        fault.pipelines().forEach(pipeline -> ofPipeline(pipeline).release());
        room.release();
    }

    private Semaphore ofPipeline(String name) {
        synchronized (pipelines) {
            return pipelines.computeIfAbsent(name, absent -> new Semaphore(1));
        }
    }

    private void strike(int number, Fault fault) {
        double atSeconds = seconds();
        say.accept(String.format(Locale.ROOT, "%8.2f s  #%d %s", atSeconds, number, fault));
        try {
            fault.act().run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BenchException e) {
            trouble.accept("#" + number + ' ' + fault + ": " + e.getMessage());
        } finally {
            letGo(fault);
            synchronized (faults) {
                faults.add(new Done(number, atSeconds, seconds(), fault.kind(), fault.what()));
            }
        }
    }

    private double seconds() {
        return (Clocks.epochUs() - startUs) / 1e6;
    }

    @Override
    public void close() throws InterruptedException {
        planner.interrupt();
        threads.shutdownNow();
        threads.awaitTermination(30, TimeUnit.SECONDS);
    }
}
