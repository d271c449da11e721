package io.weirflow.cli.service;

import io.weirflow.api.Edge;
import io.weirflow.cli.ExitStatus;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The signal that ends a service. */
final class Stop {

    private static final long STOP_TIMEOUT_MS = 50_000;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Thread starting = Thread.currentThread();

    /** A service, from its start to its end. */
    @FunctionalInterface
    interface Body {
        /** Runs until asked to stop; returns the exit status. */
        int run(Stop stop);
    }

    /** Runs a service until SIGINT or SIGTERM, or until it ends by itself. */
    static int run(Body body) {
        Stop stop = new Stop();
        Thread hook = new Thread(stop::signalled, "signal");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return body.run(stop);
        } finally {
            stop.ended.countDown();
            removeHook(hook);
        }
    }

    /** Runs in the shutdown hook: the machine ends when it returns, so this is the place to wait and to choose the status. */
    @Edge
    private void signalled() {
        asked.countDown();
        interruptStart();
        try {
            ended.await(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitStatus.INTERRUPTED);
    }

    /** Whoever waits for Kafka need not wait any longer. */
    private synchronized void interruptStart() {
        if (starting != null) {
            starting.interrupt();
        }
    }

    /** The start is over: from now on, the service looks at {@link #asked} by itself. */
    synchronized void started() {
        starting = null;
    }

    /** Waits for a signal, up to so long; returns whether it came. */
    boolean asked(long maxWaitMs) {
        try {
            return asked.await(maxWaitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The signal has come: the hook ends the process with its own status.
            return;
        }
    }
}
