package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How much a slot has sent to an inbox that waits there. */
final class SendWindowTest {

    private static final long MAX_BYTES = 6_400;

    private final SendWindow window = new SendWindow(MAX_BYTES);

    private void send(long offset, int sizeBytes) {
        window.sending(sizeBytes);
        window.durable(offset, sizeBytes);
    }

    @Test
    void framesWaitUntilTheirRecordIsProcessed() {
        send(10, 3_200);
        send(12, 6_400);
        assertThat(window.taken()).isEqualTo(1.5);
        window.processed(10);
        assertThat(window.taken()).as("10 is the next that is taken").isEqualTo(1.5);
        window.processed(12);
        assertThat(window.taken()).isEqualTo(1);
        window.processed(11);
        assertThat(window.taken()).isEqualTo(1);
        window.processed(13);
        assertThat(window.taken()).isZero();
    }

    @Test
    void framesCountBeforeTheyAreDurable() {
        window.sending(3_200);
        window.processed(20);
        assertThat(window.taken()).isEqualTo(0.5);
        window.durable(21, 3_200);
        assertThat(window.taken()).isEqualTo(0.5);
        window.processed(22);
        assertThat(window.taken()).isZero();
    }

    /** Small ones are counted together, so it may be one of those parts more; never less. */
    @Test
    void whatIsTakenIsWhatWaitsButForAPart() {
        Random random = new Random(7);
        TreeMap<Long, Integer> waiting = new TreeMap<>();
        long next = 0;
        long processed = 0;
        for (int step = 0; step < 10_000; step++) {
            if (random.nextInt(3) > 0) {
                int size = 1 + random.nextInt(300);
                next += 1 + random.nextInt(3);
                send(next, size);
                waiting.put(next, size);
            } else {
                processed += random.nextInt(10);
                window.processed(processed);
                waiting.headMap(processed).clear();
            }
            long exact = waiting.values().stream().mapToLong(Integer::longValue).sum();
            assertThat(window.taken() * MAX_BYTES).isBetween(exact - 0.001, exact + MAX_BYTES / 64.0 + 300);
        }
    }

    /** Frames of a lost leader's partition may be told of in another order. */
    @Test
    void theOrderInWhichFramesAreToldOfDoesNotMatter() {
        send(9, 10);
        send(8, 10);
        window.processed(9);
        assertThat(window.taken() * MAX_BYTES).isEqualTo(20);
        window.processed(10);
        assertThat(window.taken()).isZero();
    }
}
