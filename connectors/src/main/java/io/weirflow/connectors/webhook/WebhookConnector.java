package io.weirflow.connectors.webhook;

import io.weirflow.api.Edge;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.SinkConnector;
import java.util.Optional;

/** Posts rows to an HTTP address. */
public final class WebhookConnector implements Connector {

    private final Pause pause;

    /** Waits between retries by sleeping: the sink's thread has nothing else to do. */
    public WebhookConnector() {
        this(new Sleep());
    }

    WebhookConnector(Pause pause) {
        this.pause = pause;
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public Optional<SinkConnector> sink() {
        return Optional.of(new WebhookSink(pause));
    }

    /** Waits on the sink's thread. */
    @FunctionalInterface
    interface Pause {
        void forMs(long ms) throws InterruptedException;
    }

    /** The edge. */
    private static final class Sleep implements Pause {

        @Override
        @Edge
        public void forMs(long ms) throws InterruptedException {
            Thread.sleep(ms);
        }
    }
}
