package io.weirflow.connectors.webhook;

import io.weirflow.api.Edge;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.SinkConnector;
import java.util.Optional;

/** Posts rows to an HTTP address. */
public final class WebhookConnector implements Connector {

    /**
     * For how many seconds the JDK's client keeps a connection that nobody uses. Its default is minutes, so a request often goes out on a connection that
     * the receiver is about to close: then nobody knows whether it has arrived. Receivers keep theirs for some seconds at least.
     */
    private static final String KEEP_ALIVE = "jdk.httpclient.keepalive.timeout";

    private final Pause pause;

    /** Waits between retries by sleeping: the sink's thread has nothing else to do. */
    public WebhookConnector() {
        this(new Sleep());
        if (System.getProperty(KEEP_ALIVE) == null) {
            System.setProperty(KEEP_ALIVE, "2");
        }
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
