package io.weirflow.connectors.webhook;

import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the rows of one slot, each once as far as anybody can know; the engine keeps the ledger. */
final class WebhookEffects implements SinkWriter.Effect {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookEffects.class);

    private final WebhookRequests requests;
    private long attempted;
    private int attempts;
    private Backoff backoff = new Backoff();

    WebhookEffects(WebhookRequests requests) {
        this.requests = requests;
    }

    @Override
    public String key(long sequence) {
        return requests.key(sequence);
    }

    @Override
    public Outcome attempt(long sequence, Row row) {
        if (sequence != attempted) {
            attempted = sequence;
            attempts = 0;
            backoff = new Backoff();
        }
        try {
            WebhookRequests.Reply reply = requests.send(requests.of(sequence, row));
            return switch (reply.fate()) {
                case DELIVERED -> new Outcome.Done();
                case NOT_DELIVERED -> later(reply);
                case UNKNOWN -> new Outcome.Unknown(requests.where() + reply.reason());
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Unknown(requests.where() + "was interrupted");
        }
    }

    private Outcome later(WebhookRequests.Reply reply) {
        attempts++;
        String reason = requests.where() + reply.reason();
        if (attempts % (requests.retries() + 1) == 0) {
            LOG.atWarn()
                    .addKeyValue("effect", key(attempted))
                    .addKeyValue("attempt", attempts)
                    .addKeyValue("reason", reason)
                    .log("A webhook does not take a request; it is tried on, nothing is lost");
        }
        return new Outcome.NotDone(reason, backoff.nextMs(reply.askedPauseMs()));
    }
}
