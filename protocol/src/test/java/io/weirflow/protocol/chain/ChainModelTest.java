package io.weirflow.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.chain.ChainLedger.SenderStage;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A small model: two senders, one receiver, frames that get lost while later ones arrive (fact K5), crashes on both sides, sending again from
 * checkpoints. A sender checkpoints only when everything it has sent is durable (rules R5, R6).
 */
final class ChainModelTest {

    private static final int SEEDS = 1_500;
    private static final int ROWS = 20;

    @Test
    void theChainRuleLosesAndRepeatsNothing() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(run(seed, false)).as("seed %s", seed).isEqualTo(List.of(expected(), expected()));
        }
    }

    @Test
    void aHighWaterMarkLosesRows() {
        int losses = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            losses += run(seed, true).equals(List.of(expected(), expected())) ? 0 : 1;
        }
        assertThat(losses).isGreaterThan(SEEDS / 10);
    }

    private static List<Integer> expected() {
        return java.util.stream.IntStream.rangeClosed(1, ROWS).boxed().toList();
    }

    private static List<List<Integer>> run(long seed, boolean highWaterMark) {
        Random random = new Random(seed);
        List<byte[]> inbox = new ArrayList<>();
        List<Sender> senders = List.of(new Sender(0), new Sender(1));
        Receiver receiver = new Receiver(highWaterMark);
        for (int step = 0; step < 200; step++) {
            Sender sender = senders.get(random.nextInt(2));
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> sender.send(random, inbox, random.nextInt(8) == 0);
                case 4 -> sender.checkpoint();
                case 5 -> sender.crash();
                case 6 -> receiver.checkpoint();
                case 7 -> receiver.crash();
                default -> receiver.read(inbox, 1 + random.nextInt(4));
            }
        }
        // No more faults: a sender whose rows are missing is started again, as the coordinator would.
        for (Sender sender : senders) {
            sender.crash();
            while (sender.builder.lastSequence() < ROWS) {
                sender.send(random, inbox, false);
            }
        }
        receiver.read(inbox, inbox.size());
        return receiver.taken;
    }

    private static final class Sender {
        private final SenderId id;
        private FrameBuilder builder;
        private long savedSequence;
        private long savedHash;
        private boolean failed;

        Sender(int partition) {
            id = new SenderId(0, Incarnation.FIRST, partition);
            builder = new FrameBuilder(id, false, 0, 0);
        }

        void send(Random random, List<byte[]> inbox, boolean lost) {
            for (int i = 1 + random.nextInt(3); i > 0 && builder.lastSequence() < ROWS; i--) {
                byte row = (byte) (builder.lastSequence() + 1);
                builder.add(0, row, new byte[] {row}, 0, 1);
            }
            byte[] frame = builder.build(FrameBuilder.NO_WATERMARK, false);
            failed |= lost;
            if (!lost) {
                inbox.add(frame);
            }
        }

        void checkpoint() {
            if (!failed) {
                savedSequence = builder.lastSequence();
                savedHash = builder.hash();
            }
        }

        void crash() {
            builder = new FrameBuilder(id, false, savedSequence, savedHash);
            failed = false;
        }
    }

    private static final class Receiver {
        private final boolean highWaterMark;
        private final FrameReader reader = new FrameReader();
        private ChainLedger ledger = newLedger();
        private long[] marks = new long[2];
        private int position;
        private List<List<Integer>> taken = List.of(new ArrayList<>(), new ArrayList<>());
        private List<SenderState> savedStates = ledger.states();
        private long[] savedMarks = new long[2];
        private int savedPosition;
        private List<List<Integer>> savedTaken = List.of(List.of(), List.of());

        Receiver(boolean highWaterMark) {
            this.highWaterMark = highWaterMark;
        }

        private static ChainLedger newLedger() {
            return new ChainLedger(List.of(new SenderStage(0, 2)), Incarnation.FIRST);
        }

        void read(List<byte[]> inbox, int frames) {
            for (int end = Math.min(inbox.size(), position + frames); position < end; position++) {
                reader.open(inbox.get(position));
                if (highWaterMark) {
                    takeAboveMark();
                } else if (ledger.offer(reader) instanceof Verdict.Accept) {
                    take();
                }
            }
        }

        private void takeAboveMark() {
            int sender = reader.sender().partition();
            long skip = Math.max(0, marks[sender] + 1 - reader.firstSequence());
            if (skip < reader.count()) {
                reader.skip((int) skip);
                marks[sender] = reader.lastSequence();
                take();
            }
        }

        private void take() {
            while (reader.next()) {
                taken.get(reader.sender().partition()).add((int) reader.eventTimeMs());
            }
        }

        void checkpoint() {
            savedStates = ledger.states();
            savedMarks = marks.clone();
            savedPosition = position;
            savedTaken = List.of(List.copyOf(taken.get(0)), List.copyOf(taken.get(1)));
        }

        void crash() {
            ledger = newLedger();
            ledger.restore(savedStates, Long.MIN_VALUE, Long.MIN_VALUE);
            marks = savedMarks.clone();
            position = savedPosition;
            taken = List.of(new ArrayList<>(savedTaken.get(0)), new ArrayList<>(savedTaken.get(1)));
        }
    }
}
