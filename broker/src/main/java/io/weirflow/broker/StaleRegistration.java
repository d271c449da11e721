package io.weirflow.broker;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.controller.ControllerRequestContext;

/**
 * Forgets the registration that a killed broker left in the metadata log.
 *
 * <p>The controller gives a broker that it finds registered a fresh session, and refuses a new incarnation of the same
 * id until that session times out. Here the lock on the data folder proves that the old one is gone, so its
 * registration can be removed at once.
 */
final class StaleRegistration {

    private static final Executor SOON = CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);

    private StaleRegistration() {}

    /** Called between the start of the controller and that of the broker; waits until the controller has done it. */
    static void remove(Controller controller, Duration timeout)
            throws InterruptedException, TimeoutException, ExecutionException {
        AtomicBoolean abandoned = new AtomicBoolean();
        try {
            attempt(controller, abandoned).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            abandoned.set(true);
        }
    }

    private static CompletableFuture<Void> attempt(Controller controller, AtomicBoolean abandoned) {
        ControllerRequestContext context =
                new ControllerRequestContext(new RequestHeaderData(), KafkaPrincipal.ANONYMOUS, OptionalLong.empty());
        return controller
                .unregisterBroker(context, BrokerSettings.NODE_ID)
                .exceptionallyCompose(failure -> next(controller, abandoned, failure));
    }

    private static CompletableFuture<Void> next(Controller controller, AtomicBoolean abandoned, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BrokerIdNotRegisteredException) {
            return CompletableFuture.completedFuture(null);
        }
        if (cause instanceof NotControllerException && !abandoned.get()) {
            // Its election is under way; there is no event to wait for that comes after it has taken office.
            return CompletableFuture.runAsync(() -> {}, SOON).thenCompose(later -> attempt(controller, abandoned));
        }
        return CompletableFuture.failedFuture(cause);
    }
}
