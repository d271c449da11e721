package io.weirflow.worker.sink;

import io.weirflow.api.Edge;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one sink on a thread of its own, so that a slow destination holds up nothing but its slot. */
public final class SinkThread implements SinkRunner.Handle {

    private static final Logger LOG = LoggerFactory.getLogger(SinkThread.class);

    private static final long STOP_TIMEOUT_MS = 5_000;

    private final OutsideSink sink;
    private final Thread thread;
    private volatile boolean stopped;

    private SinkThread(OutsideSink sink) {
        this.sink = sink;
        this.thread = new Thread(this::run, "sink-" + sink.name());
        thread.setDaemon(true);
    }

    /** Starts a thread for a sink. */
    public static SinkRunner.Handle start(OutsideSink sink) {
        SinkThread runner = new SinkThread(sink);
        runner.thread.start();
        return runner;
    }

    private void run() {
        try {
            while (!stopped && sink.failure() == null) {
                if (sink.doWork(nowMs()) == 0) {
                    sink.awaitWork();
                }
            }
        } catch (InterruptedException e) {
            // Only stop() interrupts.
        } catch (Throwable e) {
            LOG.atError().addKeyValue("sink", sink.name()).setCause(e).log("A sink has failed");
            sink.fail("sink " + sink.name() + " failed: " + e);
        } finally {
            if (stopped) {
                sink.closeWriter();
            }
        }
    }

    /** The pauses between attempts are of the real clock; nothing that is written depends on it. */
    @Edge
    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public boolean stop() {
        stopped = true;
        thread.interrupt();
        try {
            thread.join(STOP_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
