package io.weirflow.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.Caller;
import io.weirflow.api.connector.Caller.Outcome;
import io.weirflow.api.connector.Options;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.StateTable;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.id.CallId;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.KeyedOperatorState;
import io.weirflow.state.SlotStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who asks, how often, and what becomes of it; with a service and a log that do what the test says. */
final class CallDeskTest {

    private final List<Sent> sent = new ArrayList<>();
    private final List<Appended> appended = new ArrayList<>();
    private final CallMetrics metrics = new CallMetrics();
    private final KeyedOperatorState state =
            new KeyedOperatorState(SlotStore.open(new HeapBackend()), CallFixture.STEP);
    private CallOperator operator;
    private CallDesk desk;
    private long offset;
    private int wakes;

    private static final class Sent {
        private final String id;
        private final String question;
        private final Consumer<Outcome> done;
        private boolean cancelled;

        Sent(String id, String question, Consumer<Outcome> done) {
            this.id = id;
            this.question = question;
            this.done = done;
        }

        void answer(String json) {
            done.accept(new Outcome.Answer(CallFixture.bytes(json)));
        }

        void fail(boolean retriable, long askedPauseMs) {
            done.accept(new Outcome.Failure("it answers with 503", retriable, askedPauseMs));
        }
    }

    private record Appended(CallId call, boolean failed, String text, Consumer<Exception> done) {}

    /** Refuses a user without a name. */
    private final class Service implements Caller {
        @Override
        public Request request(Row row) throws RowException {
            String user = (String) row.getObject(0);
            if (user.isEmpty()) {
                throw new RowException("the user has no name");
            }
            return new Request() {
                @Override
                public String question() {
                    return user;
                }

                @Override
                public Attempt send(String id, Consumer<Outcome> done) {
                    Sent one = new Sent(id, user, done);
                    sent.add(one);
                    return () -> one.cancelled = true;
                }
            };
        }

        @Override
        public void close() {}
    }

    private final class Context implements OperatorContext {
        @Override
        public RowType inputType() {
            return CallFixture.INPUT;
        }

        @Override
        public RowType outputType() {
            return CallFixture.OUTPUT;
        }

        @Override
        public Options config() {
            return Options.NONE;
        }

        @Override
        public ValueState value(String name, DataType type) {
            return state.value(name, type);
        }

        @Override
        public StateTable table(String name) {
            return state.table(name);
        }

        @Override
        public Timers timers() {
            return state.timers();
        }

        @Override
        public long watermarkMs() {
            return 0;
        }

        @Override
        public long random() {
            return 0;
        }
    }

    private void open(StepSpec.Call spec) {
        operator = new CallOperator(CallFixture.step(spec), spec, () -> CallFixture.call(offset));
        operator.open(new Context());
        desk = new CallDesk(
                spec,
                operator,
                new Service(),
                "p-run-1-s-0-",
                (call, failed, bytes, done) -> appended.add(
                        new Appended(call, failed, new String(bytes, StandardCharsets.UTF_8), done::accept)),
                metrics);
        desk.onArrival(() -> wakes++);
    }

    private void row(String user) {
        offset++;
        operator.process(MutableRow.of(CallFixture.INPUT, user, offset), 0, new Nowhere());
    }

    private void settle(long call) {
        desk.settled(CallFixture.call(call));
    }

    private int work(long nowMs) {
        return desk.doWork(nowMs, true);
    }

    @Test
    void anAnswerIsAppendedOnce() {
        open(CallFixture.spec(false, false, 0, 10, 0));
        row("ada");
        assertThat(work(0)).isEqualTo(1);
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).id).isEqualTo("p-run-1-s-0-3-1-0");
        sent.get(0).answer("{\"score\": 1}");
        assertThat(wakes).isEqualTo(1);
        assertThat(appended).as("not on the service's thread").isEmpty();
        work(1);
        assertThat(appended).hasSize(1);
        assertThat(appended.get(0).text()).isEqualTo("{\"score\": 1}");
        assertThat(appended.get(0).failed()).isFalse();
        assertThat(metrics.inFlight()).as("until it has come back").isEqualTo(1);
        work(100_000);
        assertThat(appended).hasSize(1);
        settle(1);
        work(100_001);
        assertThat(metrics.inFlight()).isZero();
        assertThat(sent).hasSize(1);
    }

    @Test
    void nothingIsAskedBeforeTheInboxWasRead() {
        open(CallFixture.spec(false, false, 0, 10, 0));
        row("ada");
        assertThat(desk.doWork(0, false)).isZero();
        assertThat(sent).isEmpty();
        work(1);
        assertThat(sent).hasSize(1);
    }

    /** Of a key one at a time, the oldest first, each once in a life of the slot; a later life asks again about what still waits. */
    @Test
    void rowsAreAskedAboutInOrderAndAgainAfterARestart() {
        StepSpec.Call spec = CallFixture.spec(true, false, 0, 10, 0);
        open(spec);
        row("ada");
        row("ada");
        row("bob");
        work(0);
        work(1);
        assertThat(sent).extracting(one -> one.id).containsExactly("p-run-1-s-0-3-1-0", "p-run-1-s-0-3-3-0");
        operator.beforeCheckpoint();
        open(spec);
        row("cem");
        work(2);
        assertThat(sent.subList(2, sent.size()))
                .extracting(one -> one.id)
                .containsExactly("p-run-1-s-0-3-1-0", "p-run-1-s-0-3-3-0", "p-run-1-s-0-3-4-0");
        assertThat(operator.answered(CallFixture.call(1), false, CallFixture.bytes("{}"), new Nowhere()))
                .isTrue();
        settle(1);
        work(3);
        assertThat(sent.get(sent.size() - 1).id).as("the next of its key").isEqualTo("p-run-1-s-0-3-2-0");
        assertThat(metrics.waiting()).isEqualTo(3);
    }

    private static final class Nowhere implements Output {
        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void emit(Row row, long eventTimeMs) {}

        @Override
        public void emitLate(Row row, long eventTimeMs) {}

        @Override
        public void emitError(String rawJson, String reason) {}
    }

    /** More rows than are looked at in one go. */
    @Test
    void allRowsGetTheirTurn() {
        open(CallFixture.spec(true, false, 0, 7, 0));
        for (int i = 0; i < 300; i++) {
            row("u" + i % 10);
        }
        int answered = 0;
        for (int round = 0; round < 1_000; round++) {
            work(round);
            if (answered == sent.size()) {
                break;
            }
            Sent next = sent.get(answered++);
            long call =
                    Long.parseLong(next.id.substring("p-run-1-s-0-3-".length()).replaceFirst("-0$", ""));
            assertThat(operator.answered(CallFixture.call(call), false, CallFixture.bytes("{}"), new Nowhere()))
                    .as(next.id)
                    .isTrue();
            settle(call);
        }
        work(1_000);
        assertThat(sent).hasSize(300);
        assertThat(metrics.waiting()).isZero();
    }

    @Test
    void callsInFlightAreBounded() {
        open(CallFixture.spec(false, false, 0, 2, 0));
        row("ada");
        row("bob");
        row("cem");
        work(0);
        assertThat(sent).extracting(one -> one.question).containsExactly("ada", "bob");
        sent.get(1).answer("{}");
        work(1);
        assertThat(sent).as("its result is on the way still").hasSize(2);
        settle(2);
        work(2);
        assertThat(sent).extracting(one -> one.question).containsExactly("ada", "bob", "cem");
    }

    @Test
    void whatFailsIsRepeatedAfterPausesThatDouble() {
        open(CallFixture.spec(false, false, 3, 10, 0));
        row("ada");
        work(0);
        sent.get(0).fail(true, 0);
        work(0);
        work(99);
        assertThat(sent).hasSize(1);
        work(100);
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).id).as("the service can tell").isEqualTo(sent.get(0).id);
        sent.get(1).fail(true, 0);
        work(100);
        work(299);
        assertThat(sent).hasSize(2);
        work(300);
        assertThat(sent).hasSize(3);
        sent.get(2).fail(true, 5_000);
        work(300);
        work(5_299);
        assertThat(sent).as("as the service has asked").hasSize(3);
        work(5_300);
        assertThat(sent).hasSize(4);
        sent.get(3).fail(true, 0);
        work(5_300);
        assertThat(appended).hasSize(1);
        assertThat(appended.get(0).failed()).isTrue();
        assertThat(appended.get(0).text()).isEqualTo("it answers with 503, 4 times");
        assertThat(metrics.attempts()).isEqualTo(4);
        assertThat(metrics.retries()).isEqualTo(3);
        assertThat(metrics.failures()).isEqualTo(1);
    }

    @Test
    void whatCannotGetBetterIsNotRepeated() {
        open(CallFixture.spec(false, false, 3, 10, 0));
        row("ada");
        row("");
        work(0);
        assertThat(appended).hasSize(1);
        assertThat(appended.get(0).text()).isEqualTo("the user has no name");
        sent.get(0).fail(false, 0);
        work(1);
        assertThat(appended).hasSize(2);
        assertThat(appended.get(1).text()).isEqualTo("it answers with 503");
    }

    @Test
    void anAttemptWithoutAnAnswerInTimeIsEndedAndItsLateAnswerDropped() {
        open(CallFixture.spec(false, false, 1, 10, 0));
        row("ada");
        work(0);
        work(999);
        assertThat(sent.get(0).cancelled).isFalse();
        work(1_000);
        assertThat(sent.get(0).cancelled).isTrue();
        work(1_100);
        assertThat(sent).hasSize(2);
        sent.get(0).answer("{\"late\": 1}");
        work(1_101);
        assertThat(appended).isEmpty();
        work(2_100);
        assertThat(appended).hasSize(1);
        assertThat(appended.get(0).text()).isEqualTo("no answer within 1000 ms, 2 times");
    }

    @Test
    void aResultThatWasLostOnItsWayIsAppendedAgain() {
        open(CallFixture.spec(false, false, 0, 10, 0));
        row("ada");
        work(0);
        sent.get(0).answer("{}");
        work(1);
        appended.get(0).done().accept(new IllegalStateException("lost"));
        work(2);
        work(102);
        assertThat(appended).hasSize(2);
        assertThat(appended.get(1).text()).isEqualTo("{}");
        appended.get(1).done().accept(null);
        work(10_000);
        assertThat(appended).hasSize(2);
        assertThat(sent).as("nobody is asked again for it").hasSize(1);
    }

    /** Another worker, which runs the slot too, was quicker. */
    @Test
    void aResultFromElsewhereEndsTheCall() {
        open(CallFixture.spec(false, false, 3, 10, 0));
        row("ada");
        work(0);
        settle(1);
        assertThat(sent.get(0).cancelled).isTrue();
        sent.get(0).answer("{}");
        work(1);
        assertThat(appended).isEmpty();
    }

    @Test
    void answersOfTheLastWhileAreUsedAgain() {
        open(CallFixture.spec(false, false, 0, 10, 50));
        row("ada");
        work(0);
        sent.get(0).answer("{\"score\": 1}");
        work(10);
        row("ada");
        work(59);
        assertThat(sent).hasSize(1);
        assertThat(appended).hasSize(2);
        assertThat(appended.get(1).call()).isEqualTo(CallFixture.call(2));
        assertThat(appended.get(1).text()).isEqualTo("{\"score\": 1}");
        assertThat(metrics.cacheHits()).isEqualTo(1);
        row("ada");
        work(60);
        assertThat(sent).as("too old").hasSize(2);
        sent.get(1).fail(false, 0);
        row("ada");
        work(61);
        assertThat(sent).as("failures are not kept").hasSize(3);
    }

    @Test
    void theCacheForgetsWhatWasNotAskedForTheLongest() {
        AnswerCache cache = new AnswerCache(1_000, 2);
        cache.put("a", CallFixture.bytes("1"), 0);
        cache.put("b", CallFixture.bytes("2"), 0);
        assertThat(cache.get("a", 1)).isNotNull();
        cache.put("c", CallFixture.bytes("3"), 1);
        assertThat(cache.get("b", 1)).isNull();
        assertThat(cache.get("a", 1)).isNotNull();
        assertThat(cache.get("c", 1)).isNotNull();
    }

    /** However many answers are allowed, they must not fill the heap. */
    @Test
    void theCacheIsBoundedByBytesToo() {
        AnswerCache cache = new AnswerCache(1_000, 1_000);
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < 20; i++) {
            cache.put("q" + i, large, 0);
        }
        assertThat(cache.get("q0", 1)).isNull();
        assertThat(cache.get("q19", 1)).isNotNull();
        int kept = 0;
        for (int i = 0; i < 20; i++) {
            kept += cache.get("q" + i, 1) == null ? 0 : 1;
        }
        assertThat(kept).isEqualTo(15);
        cache.put("q19", CallFixture.bytes("small"), 0);
        cache.put("q20", large, 0);
        assertThat(cache.get("q5", 1))
                .as("what is replaced is not counted twice")
                .isNotNull();
    }

    @Test
    void closingEndsWhatIsUnderWay() {
        open(CallFixture.spec(false, false, 0, 10, 0));
        row("ada");
        work(0);
        desk.close();
        assertThat(sent.get(0).cancelled).isTrue();
    }
}
