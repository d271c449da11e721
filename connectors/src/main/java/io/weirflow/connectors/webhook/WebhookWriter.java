package io.weirflow.connectors.webhook;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import io.weirflow.connectors.webhook.WebhookConnector.Pause;
import java.net.http.HttpRequest;

/**
 * Sends the rows of one slot at least once. A row is visible once its request was answered with 2xx, and is sent until then. After a crash rows may be
 * sent again; they carry the same {@code Idempotency-Key}, by which a receiver can tell.
 */
final class WebhookWriter implements SinkWriter.External {

    private final WebhookRequests requests;
    private final Pause pause;
    private long sent;

    WebhookWriter(WebhookRequests requests, Pause pause) {
        this.requests = requests;
        this.pause = pause;
    }

    @Override
    public long durableSequence() {
        return UNKNOWN;
    }

    @Override
    public void write(long sequence, Row row, long eventTimeMs) {
        if (sequence <= sent) {
            return;
        }
        HttpRequest http = requests.of(sequence, row);
        try {
            Backoff backoff = new Backoff();
            for (int attempt = 0; ; attempt++) {
                WebhookRequests.Reply reply = requests.send(http);
                if (reply.fate() == WebhookRequests.Fate.DELIVERED) {
                    sent = sequence;
                    return;
                }
                if (attempt == requests.retries()) {
                    String trouble = reply.reason() + ", " + (attempt + 1) + " times; trying on, nothing is lost";
                    throw new ConnectorException(requests.where() + trouble, true, null);
                }
                pause.forMs(backoff.nextMs(reply.askedPauseMs()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectorException(requests.where() + "was interrupted", true, null);
        }
    }

    @Override
    public long commit(long sequence, boolean checkpoint) {
        return sent;
    }

    @Override
    public void close() {
        // The client has no connections worth closing: its threads end with it.
    }
}
