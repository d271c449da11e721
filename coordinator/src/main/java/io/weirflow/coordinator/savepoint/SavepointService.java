package io.weirflow.coordinator.savepoint;

import io.weirflow.api.Edge;
import io.weirflow.coordinator.RefusedException;
import io.weirflow.coordinator.SavepointJobs;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.protocol.savepoint.SavepointBlock;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes and restores savepoints on threads of its own, two at a time, and keeps them in a folder. */
public final class SavepointService implements SavepointJobs {

    private static final Logger LOG = LoggerFactory.getLogger(SavepointService.class);
    private static final int THREADS = 2;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_FAILURES_KEPT = 100;

    private final SavepointFiles files;
    private final Supplier<SavepointLog> logs;
    private final RunDecisions decisions;
    private final LongSupplier wallClockMs;
    private final LongSupplier clockMs;
    private final ExecutorService threads;
    private final Map<String, String> taking = new ConcurrentHashMap<>();
    private final Set<String> restoring = ConcurrentHashMap.newKeySet();
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Queue<Listed> failures = new ConcurrentLinkedQueue<>();

    /**
     * @param logs opens the log, once for each job
     * @param wallClockMs milliseconds since the epoch, for manifests
     * @param clockMs milliseconds of a clock that never goes back
     */
    public SavepointService(
            SavepointFiles files,
            Supplier<SavepointLog> logs,
            RunDecisions decisions,
            LongSupplier wallClockMs,
            LongSupplier clockMs) {
        this.files = files;
        this.logs = logs;
        this.decisions = decisions;
        this.wallClockMs = wallClockMs;
        this.clockMs = clockMs;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "weirflow-savepoints");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void take(PipelineAdmitted run, String name) {
        if (files.exists(run.name(), name)) {
            throw new RefusedException(
                    "pipeline '" + run.name() + "' has a savepoint '" + name + "'; give another name");
        }
        String before = taking.putIfAbsent(run.name(), name);
        if (before != null) {
            throw new RefusedException(
                    "savepoint '" + before + "' of pipeline '" + run.name() + "' is being taken; wait for its end");
        }
        threads.execute(() -> {
            String problem = problem("take", run, name, () -> takeNow(run, name));
            taking.remove(run.name());
            if (!problem.isEmpty()) {
                keep(new Listed(run.name(), name, Listed.State.FAILED, 0, 0, run.fingerprint(), problem));
            }
            ended.add(new Ended.Taken(run.name(), name, problem));
        });
    }

    private void keep(Listed failure) {
        failures.add(failure);
        while (failures.size() > MAX_FAILURES_KEPT) {
            failures.poll();
        }
    }

    private void takeNow(PipelineAdmitted run, String name) {
        try (SavepointLog log = logs.get();
                SavepointFiles.Writer file = files.create(run.name(), name)) {
            var unused = new SavepointTaker(log, decisions, file, clockMs).take(run, name, wallClockMs.getAsLong());
            long bytes = file.commit();
            LOG.atInfo()
                    .addKeyValue("pipeline", run.name())
                    .addKeyValue("savepoint", name)
                    .addKeyValue("sizeBytes", bytes)
                    .log("A savepoint was taken");
        }
    }

    @Override
    public void restore(PipelineAdmitted run, String savepoint) {
        if (!restoring.add(run.instance())) {
            return;
        }
        threads.execute(() -> {
            boolean[] again = {false};
            String problem = problem("restore", run, savepoint, () -> again[0] = !restoreNow(run, savepoint));
            if (again[0]) {
                pause();
            }
            restoring.remove(run.instance());
            ended.add(new Ended.Restored(run.instance(), problem, again[0]));
        });
    }

    /** Returns false when the log could not be reached, or another leader restores by now. */
    private boolean restoreNow(PipelineAdmitted run, String name) {
        Incarnation from = files.manifest(run.name(), name).incarnation();
        try (SavepointLog log = logs.get();
                SavepointImporter importer = new SavepointImporter(
                        log, run.plan(), from, run.incarnation(), () -> decisions.restores(run))) {
            importer.begin();
            files.read(run.name(), name, importer::write);
            var unused = importer.finish();
            LOG.atInfo()
                    .addKeyValue("pipeline", run.name())
                    .addKeyValue("savepoint", name)
                    .log("A savepoint was written back; the pipeline goes on from it");
            return true;
        } catch (LogException | LogUnavailableException e) {
            if (e instanceof LogException problem && problem.kind() == LogException.Kind.FATAL) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("pipeline", run.name())
                    .addKeyValue("savepoint", name)
                    .addKeyValue("reason", e.getMessage())
                    .log("A savepoint could not be written back; trying again");
            return false;
        }
    }

    private static String problem(String what, PipelineAdmitted run, String name, Runnable job) {
        try {
            job.run();
            return "";
        } catch (RuntimeException | Error e) {
            // An error, too: who waits for the end would wait for ever.
            boolean expected =
                    e instanceof SavepointFailure || e instanceof LogException || e instanceof RefusedException;
            LOG.atError()
                    .addKeyValue("pipeline", run.name())
                    .addKeyValue("savepoint", name)
                    .addKeyValue("reason", e.getMessage())
                    .setCause(expected ? null : e)
                    .log(what.equals("take") ? "A savepoint was not taken" : "A savepoint was not restored");
            return expected ? String.valueOf(e.getMessage()) : "unexpected failure: " + e;
        }
    }

    @Edge // Kafka is away; there is nothing that could wake this thread but the time.
    private static void pause() {
        LockSupport.parkNanos(RETRY_NANOS);
    }

    @Override
    public List<Ended> ended() {
        List<Ended> all = new ArrayList<>();
        for (Ended one = ended.poll(); one != null; one = ended.poll()) {
            all.add(one);
        }
        return all;
    }

    @Override
    public List<Listed> list() {
        List<Listed> all = new ArrayList<>();
        files.list().forEach(file -> all.add(listed(file)));
        taking.forEach((pipeline, name) -> {
            if (!files.exists(pipeline, name)) {
                all.add(new Listed(pipeline, name, Listed.State.BEING_TAKEN, 0, 0, "", ""));
            }
        });
        failures.stream()
                .filter(failed -> !files.exists(failed.pipeline(), failed.name()))
                .forEach(all::add);
        return all;
    }

    private Listed listed(SavepointFiles.Found file) {
        try {
            SavepointManifest manifest = files.manifest(file.pipeline(), file.name());
            return new Listed(
                    file.pipeline(),
                    file.name(),
                    Listed.State.TAKEN,
                    manifest.takenAtMs(),
                    file.sizeBytes(),
                    manifest.fingerprint(),
                    "");
        } catch (SavepointFailure e) {
            return new Listed(
                    file.pipeline(),
                    file.name(),
                    Listed.State.FAILED,
                    0,
                    file.sizeBytes(),
                    "",
                    String.valueOf(e.getMessage()));
        }
    }

    @Override
    public SavepointManifest read(String pipeline, String name) {
        try {
            List<SavepointManifest> found = new ArrayList<>();
            files.read(pipeline, name, block -> {
                if (block instanceof SavepointBlock.Manifest manifest) {
                    found.add(manifest.manifest());
                }
            });
            SavepointManifest manifest = found.get(0);
            if (!manifest.pipeline().equals(pipeline)) {
                throw new RefusedException("savepoint '" + name + "' is of pipeline '" + manifest.pipeline()
                        + "', not of '" + pipeline + "'");
            }
            return manifest.named(name);
        } catch (SavepointFailure e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
