package io.weirflow.coordinator.kafka;

import io.weirflow.protocol.log.LogUnavailableException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;

/** Waits for answers of the admin client. */
final class Calls {

    static final long TIMEOUT_MS = 10_000;

    private Calls() {}

    /** @throws LogUnavailableException when there is no answer, or one that says to try again */
    static <T> T await(String what, Future<T> call) {
        return await(what, call, TIMEOUT_MS);
    }

    static <T> T await(String what, Future<T> call, long timeoutMs) {
        try {
            return call.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException(what + " was interrupted", e);
        } catch (TimeoutException e) {
            throw new LogUnavailableException(what + ": no answer from Kafka", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof RetriableException) {
                throw new LogUnavailableException(what + ": " + cause.getMessage(), cause);
            }
            throw cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(what, cause);
        }
    }
}
