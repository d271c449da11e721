package io.weirflow.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Says in a sentence why Kafka did not start. */
final class StartFailure {

    private static final long FULL_BYTES = 1024 * 1024;

    private StartFailure() {}

    static BrokerStartException explain(Path folder, FatalFaults faults, Throwable thrown) {
        Throwable cause = faults.failure().<Throwable>map(failure -> failure).orElse(thrown);
        if (cause != thrown) {
            cause.addSuppressed(thrown);
        }
        if (mentions(cause, "No space left on device") || isFull(folder)) {
            return new BrokerStartException(
                    "The disk of the broker's data folder " + folder
                            + " is full. Free some space, or name a folder on another disk.",
                    cause);
        }
        if (thrown instanceof InterruptedException && cause == thrown) {
            Thread.currentThread().interrupt();
            return new BrokerStartException("The start of the broker was interrupted. Start it again.", cause);
        }
        if (root(thrown) instanceof TimeoutException) {
            return new BrokerStartException(
                    "The broker was not ready in time. Start it again when this machine is less busy, or allow it more "
                            + "time (startTimeoutMs).",
                    cause);
        }
        return new BrokerStartException(
                "The broker did not start: " + text(cause) + ". If its data folder " + folder
                        + " is damaged or was written by a newer version, restore it from a copy or name another folder.",
                cause);
    }

    /** Kafka maps its indexes into memory, where a full disk shows as a fault of the virtual machine. */
    private static boolean isFull(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace() < FULL_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private static String text(Throwable cause) {
        Throwable root = root(cause);
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private static Throwable root(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static boolean mentions(Throwable thrown, String text) {
        Throwable cause = thrown;
        while (cause != null) {
            if (cause.getMessage() != null && cause.getMessage().contains(text)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
