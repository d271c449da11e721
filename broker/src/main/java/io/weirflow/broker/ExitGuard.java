package io.weirflow.broker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Kafka's server code from ending the JVM.
 *
 * <p>Most fatal faults pass through {@link FatalFaults}. A few places, such as a log directory that fails, call Kafka's
 * {@link Exit} directly. It has one hook for the whole JVM, so this class has static state too; the hook stays in place
 * after the last broker is closed, because threads that are winding down may still call it. Kafka's clients never do.
 */
final class ExitGuard {

    private static final Set<FatalFaults> BROKERS = ConcurrentHashMap.newKeySet();

    private ExitGuard() {}

    /** Directs exits to this broker from now on. */
    static void add(FatalFaults broker) {
        BROKERS.add(broker);
        Exit.setExitProcedure(ExitGuard::stopThread);
        Exit.setHaltProcedure(ExitGuard::stopThread);
    }

    static void remove(FatalFaults broker) {
        BROKERS.remove(broker);
    }

    /**
     * Exits carry no word about which broker asks. A broker being started is known by its thread; else each one in this
     * JVM is told. There is more than one in tests only.
     */
    private static void stopThread(int status, @Nullable String message) {
        HaltedError halted = new HaltedError("The embedded broker gave up" + (message == null ? "" : ": " + message)
                + "; most often its disk is full or failing. Its log says more.");
        BrokerFailedException failure = new BrokerFailedException(String.valueOf(halted.getMessage()), halted);
        BROKERS.stream()
                .filter(FatalFaults::isStartedByThisThread)
                .findAny()
                .ifPresentOrElse(
                        broker -> broker.report(failure), () -> BROKERS.forEach(broker -> broker.report(failure)));
        // Callers rely on an exit not returning.
        throw halted;
    }

    /** Ends the thread that wanted to end the JVM. */
    private static final class HaltedError extends Error {
        HaltedError(String message) {
            super(message);
        }
    }
}
