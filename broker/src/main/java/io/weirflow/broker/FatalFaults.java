package io.weirflow.broker;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes the faults of one broker for which Kafka would end the JVM, and tells the owner instead.
 *
 * <p>While the broker starts, a fault interrupts the starting thread, which may be waiting for something that will now
 * never come. Later the first fault goes to the owner's callback. Thread-safe.
 */
final class FatalFaults implements FaultHandlerFactory {

    private static final Logger LOG = LoggerFactory.getLogger(FatalFaults.class);

    private final Consumer<? super BrokerFailedException> onFatal;
    private final AtomicReference<@Nullable BrokerFailedException> first = new AtomicReference<>();
    private @Nullable Thread starter = Thread.currentThread();

    FatalFaults(Consumer<? super BrokerFailedException> onFatal) {
        this.onFatal = onFatal;
    }

    @Override
    public FaultHandler build(String name, boolean fatal, Runnable action) {
        return new FaultHandler() {
            @Override
            public RuntimeException handleFault(String failureMessage, @Nullable Throwable cause) {
                action.run();
                return handle(name, fatal, failureMessage, cause);
            }
        };
    }

    private BrokerFailedException handle(
            String component, boolean fatal, String failureMessage, @Nullable Throwable cause) {
        BrokerFailedException failure = new BrokerFailedException(
                "The embedded broker failed in its " + component + ": " + failureMessage + reason(cause), cause);
        // What goes wrong during a start is in the exception that the start throws.
        LOG.atLevel(isStarting() ? Level.DEBUG : fatal ? Level.ERROR : Level.WARN)
                .addKeyValue("component", component)
                .setCause(cause)
                .log("Fault in the embedded broker: {}", failureMessage);
        if (fatal) {
            report(failure);
        }
        return failure;
    }

    private synchronized boolean isStarting() {
        return starter != null;
    }

    private static String reason(@Nullable Throwable cause) {
        return cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    }

    /** Takes a fault; only the first one counts. */
    void report(BrokerFailedException failure) {
        if (!first.compareAndSet(null, failure)) {
            return;
        }
        synchronized (this) {
            if (starter != null) {
                if (starter != Thread.currentThread()) {
                    starter.interrupt();
                }
                return;
            }
        }
        onFatal.accept(failure);
    }

    /** Whether this thread is the one that is starting the broker. */
    synchronized boolean isStartedByThisThread() {
        return starter == Thread.currentThread();
    }

    /** From now on faults go to the owner. Called once, by the starting thread; throws what has happened until then. */
    void started() {
        synchronized (this) {
            starter = null;
        }
        BrokerFailedException failure = first.get();
        if (failure != null) {
            Thread.interrupted();
            throw failure;
        }
    }

    /** The fault that ended the broker, if any. */
    Optional<BrokerFailedException> failure() {
        return Optional.ofNullable(first.get());
    }
}
