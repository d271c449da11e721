package io.weirflow.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class CommitterTest {

    private static final long LONG_MS = 60_000;

    private final List<String> transactions = new CopyOnWriteArrayList<>();
    private final Committer committer = Committer.driven(Recording::new);

    @Test
    void whatWaitsGoesIntoOneTransaction() {
        long term = committer.ensureLease();
        committer.submit(new Request("a", term, null));
        committer.submit(new Request("b", term, null));
        assertThat(committer.doWork()).isEqualTo(2);
        assertThat(transactions).containsExactly("ab");
    }

    @Test
    void whatMustNotFollowAnotherGoesIntoTheNextWithAllBehindIt() {
        long term = committer.ensureLease();
        committer.submit(new Request("a", term, null));
        committer.submit(new Request("b", term, null));
        Request apart = new Request("c", term, "a");
        committer.submit(apart);
        committer.submit(new Request("d", term, null));
        assertThat(committer.doWork()).isEqualTo(2);
        assertThat(apart.committed()).isFalse();
        assertThat(committer.doWork()).isEqualTo(2);
        assertThat(apart.committed()).isTrue();
        assertThat(transactions).containsExactly("ab", "cd");
        assertThat(committer.doWork()).isZero();
    }

    /** The time that it would wait is longer than the test may take. */
    @Test
    @Timeout(30)
    void whatCanWaitGoesWithTheNextThatCannot() throws InterruptedException {
        Committer lingering = Committer.start("test", Recording::new, LONG_MS);
        Request patient = submitPatient(lingering);
        Request urgent = new Request("b", patient.term, null);
        lingering.submit(urgent);
        urgent.answered.await();
        assertThat(lingering.stop()).isTrue();
        assertThat(transactions).containsExactly("ab");
    }

    @Test
    @Timeout(30)
    void whatCannotWaitAnyLongerGoes() throws InterruptedException {
        Committer lingering = Committer.start("test", Recording::new, LONG_MS);
        Request patient = submitPatient(lingering);
        patient.canWait = false;
        lingering.hurry();
        patient.answered.await();
        assertThat(lingering.stop()).isTrue();
        assertThat(transactions).containsExactly("a");
    }

    @Test
    @Timeout(30)
    void whoeverOpensASlotDoesNotWaitForRowsThatCan() throws InterruptedException {
        Committer lingering = Committer.start("test", Recording::new, LONG_MS);
        submitPatient(lingering);
        long unused = lingering.ensureLease(changelog("a"));
        assertThat(transactions).containsExactly("a");
        assertThat(lingering.stop()).isTrue();
    }

    /** It would wait for longer than the test may take. */
    @Test
    @Timeout(30)
    void whoeverOpensASlotDoesNotWaitForATransactionOfOthers() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Committer busy = Committer.start("test", () -> new Blocking(begun, goOn), LONG_MS);
        long term = busy.ensureLease();
        busy.submit(new Request("a", term, null));
        begun.await();
        assertThat(busy.ensureLease(changelog("b"))).isEqualTo(term);
        assertThat(transactions).isEmpty();
        goOn.countDown();
        assertThat(busy.ensureLease(changelog("a"))).isEqualTo(term);
        assertThat(transactions).containsExactly("a");
        assertThat(busy.stop()).isTrue();
    }

    @Test
    void whatIsRefusedIsWaitedForNoLonger() {
        committer.submit(new Request("a", committer.ensureLease() - 1, null).refusable());
        long unused = committer.ensureLease(changelog("a"));
        assertThat(transactions).isEmpty();
        assertThat(committer.doWork()).isZero();
    }

    /** What it says is heard before the committer begins to wait. */
    @Test
    @Timeout(30)
    void nobodyWaitsForRowsThatCanWhoHasAskedDuringTheTransactionBefore() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Committer lingering = Committer.start("test", () -> new Blocking(begun, goOn), LONG_MS);
        long term = lingering.ensureLease();
        lingering.submit(new Request("a", term, null));
        begun.await();
        lingering.submit(new Request("b", term, null).patient());
        Thread opening = new Thread(() -> lingering.ensureLease(changelog("b")));
        opening.start();
        while (opening.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        opening.join();
        assertThat(transactions).containsExactly("a", "b");
        assertThat(lingering.stop()).isTrue();
    }

    /** Submits "a", which can wait, and returns once the committer has looked whether it can. */
    private static Request submitPatient(Committer lingering) throws InterruptedException {
        Request patient = new Request("a", lingering.ensureLease(), null).patient();
        lingering.submit(patient);
        patient.asked.await();
        return patient;
    }

    private static LogPartition changelog(String request) {
        return new LogPartition(request, 0);
    }

    private final class Blocking implements LeaseLog {
        private final Recording log = new Recording();
        private final CountDownLatch begun;
        private final CountDownLatch goOn;

        private Blocking(CountDownLatch begun, CountDownLatch goOn) {
            this.begun = begun;
            this.goOn = goOn;
        }

        @Override
        public void acquire() {}

        @Override
        public Map<LogPartition, Long> commit(Iterable<LogRecord> records) {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return log.commit(records);
        }

        @Override
        public void close() {}
    }

    private final class Recording implements LeaseLog {
        @Override
        public void acquire() {}

        @Override
        public Map<LogPartition, Long> commit(Iterable<LogRecord> records) {
            StringBuilder topics = new StringBuilder();
            records.forEach(record -> topics.append(record.topic()));
            transactions.add(topics.toString());
            return Map.of();
        }

        @Override
        public void close() {}
    }

    private static final class Request implements CommitRequest {
        private final String name;
        private final long term;
        private final @Nullable String notBehind;
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch answered = new CountDownLatch(1);
        private volatile boolean canWait;
        private boolean refusable;

        private Request(String name, long term, @Nullable String notBehind) {
            this.name = name;
            this.term = term;
            this.notBehind = notBehind;
        }

        Request patient() {
            canWait = true;
            return this;
        }

        Request refusable() {
            refusable = true;
            return this;
        }

        boolean committed() {
            return answered.getCount() == 0;
        }

        @Override
        public long term() {
            return term;
        }

        @Override
        public LogPartition changelog() {
            return CommitterTest.changelog(name);
        }

        /** {@inheritDoc} Asked by the one who submits it, too, who is not the one to wait for. */
        @Override
        public boolean canWait() {
            if (Thread.currentThread().getName().startsWith("commit-")) {
                asked.countDown();
            }
            return canWait;
        }

        @Override
        public List<LogRecord> records() {
            return List.of(new LogRecord(name, 0, null, new byte[0]));
        }

        @Override
        public boolean apartFrom(CommitRequest earlier) {
            return earlier instanceof Request other && other.name.equals(notBehind);
        }

        @Override
        public long sizeBytes() {
            return 1;
        }

        @Override
        public void committed(Map<LogPartition, Long> nextOffsets) {
            answered.countDown();
        }

        @Override
        public void failed(LogException problem) {
            if (!refusable) {
                throw problem;
            }
        }
    }
}
