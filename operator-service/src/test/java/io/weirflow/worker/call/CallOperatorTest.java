package io.weirflow.worker.call;

import static io.weirflow.testkit.operator.Emitted.error;
import static io.weirflow.testkit.operator.Emitted.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.Output;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.testkit.operator.Emitted;
import io.weirflow.testkit.operator.OperatorKit;
import io.weirflow.testkit.seed.Seeded;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Rows wait for the first result of their call, and go on in the order of their key. */
final class CallOperatorTest {

    private static final StepSpec.Call KEYED = CallFixture.spec(true, false, 0, 10, 0);
    private static final StepSpec.Call FREE = CallFixture.spec(false, false, 0, 10, 0);

    private final long[] offset = {0};

    private OperatorKit kit(StepSpec.Call spec) {
        return OperatorKit.of(
                () -> new CallOperator(CallFixture.step(spec), spec, () -> CallFixture.call(offset[0])),
                CallFixture.INPUT,
                CallFixture.OUTPUT);
    }

    private OperatorKit row(OperatorKit kit, long at, long timeMs, String user) {
        return kit.act((operator, out) -> offset[0] = at).row(timeMs, user, at);
    }

    private static BiConsumer<Operator, Output> answer(long call, String json) {
        return (operator, out) -> {
            boolean unused =
                    ((CallOperator) operator).answered(CallFixture.call(call), false, CallFixture.bytes(json), out);
        };
    }

    private static BiConsumer<Operator, Output> fail(long call, String reason) {
        return (operator, out) -> {
            boolean unused =
                    ((CallOperator) operator).answered(CallFixture.call(call), true, CallFixture.bytes(reason), out);
        };
    }

    private static BiConsumer<Operator, Output> holds(long ms) {
        return (operator, out) -> assertThat(((CallOperator) operator).heldMs()).isEqualTo(ms);
    }

    @Test
    void theFirstResultCounts() {
        OperatorKit kit = row(kit(FREE), 1, 10, "ada");
        kit.act(answer(1, "{\"score\": 0.5, \"reason\": \"new\"}"))
                .act(answer(1, "{\"score\": 0.9}"))
                .act(fail(1, "too late"))
                .expect(result(10, "ada", 1L, 0.5, "new"));
    }

    @Test
    void resultsThatNobodyWaitsForAreDropped() {
        kit(FREE).act(answer(7, "{}")).act(fail(8, "x")).expect();
    }

    @Test
    void rowsOfAKeyGoOnInTheirOrderAndOthersOvertake() {
        OperatorKit kit = kit(KEYED);
        row(kit, 1, 10, "ada");
        row(kit, 2, 20, "ada");
        row(kit, 3, 30, "bob");
        row(kit, 4, 40, "ada");
        kit.act(answer(3, "{\"score\": 3}"))
                .act(answer(2, "{\"score\": 99}"))
                .act(answer(1, "{\"score\": 1}"))
                .act(answer(2, "{\"score\": 2}"))
                .act(answer(4, "{\"score\": 4}"))
                .expect(
                        result(30, "bob", 3L, 3.0, null),
                        result(10, "ada", 1L, 1.0, null),
                        result(20, "ada", 2L, 2.0, null),
                        result(40, "ada", 4L, 4.0, null));
    }

    @Test
    void aKeyThatIsAPrefixOfAnotherIsAnotherKey() {
        OperatorKit kit = kit(KEYED);
        row(kit, 1, 10, "a");
        row(kit, 2, 20, "ab");
        row(kit, 3, 30, "");
        kit.act(answer(3, "{}"))
                .act(answer(2, "{}"))
                .act(answer(1, "{}"))
                .expect(
                        result(30, "", 3L, null, null),
                        result(20, "ab", 2L, null, null),
                        result(10, "a", 1L, null, null));
    }

    @Test
    void failuresGoToTheErrorsOrOnWithoutAnAnswer() {
        OperatorKit kit = row(kit(FREE), 1, 10, "ada");
        kit.act(fail(1, "http://x answers with 404"))
                .expect(error("the call of http has failed: http://x answers with 404"));
        OperatorKit nulls = row(kit(CallFixture.spec(false, true, 0, 10, 0)), 1, 10, "ada");
        nulls.act(fail(1, "http://x answers with 404")).expect(result(10, "ada", 1L, null, null));
    }

    @Test
    void answersThatCannotBeReadAreFailures() {
        OperatorKit kit = kit(FREE);
        row(kit, 1, 10, "ada");
        row(kit, 2, 10, "bob");
        row(kit, 3, 10, "cem");
        List<Emitted> emitted = kit.act(answer(1, "no json"))
                .act(answer(2, "{\"score\": \"high\"}"))
                .act(answer(3, "[]"))
                .run()
                .emitted();
        assertThat(emitted)
                .hasSize(3)
                .allSatisfy(one -> assertThat(one.toString()).contains("the answer cannot be read"));
    }

    /** What a half-read answer has left behind must not show in the next. */
    @Test
    void nothingIsLeftOfAnAnswerThatFailed() {
        OperatorKit kit = kit(CallFixture.spec(false, true, 0, 10, 0));
        row(kit, 1, 10, "ada");
        row(kit, 2, 10, "bob");
        kit.act(answer(1, "{\"reason\": \"half\", \"score\": \"high\"}"))
                .act(answer(2, "{\"score\": 1}"))
                .expect(result(10, "ada", 1L, null, null), result(10, "bob", 2L, 1.0, null));
    }

    @Test
    void rowsThatWaitHoldTheWatermarkOfTheMomentAtWhichTheOldestCame() {
        OperatorKit kit = kit(KEYED).act(holds(Long.MAX_VALUE)).watermark(5);
        row(kit, 1, 10, "ada").act(holds(5)).watermark(8).act(holds(5));
        row(kit, 2, 20, "bob").act(holds(5));
        row(kit, 3, 20, "ada").watermark(30);
        kit.act(answer(1, "{}"))
                .act(holds(8))
                .act(answer(2, "{}"))
                .act(holds(8))
                .act(answer(3, "{}"))
                .act(holds(Long.MAX_VALUE));
        row(kit, 9, 40, "cem")
                .act(holds(30))
                .end()
                .act(holds(30))
                .act(answer(9, "{}"))
                .act(holds(Long.MAX_VALUE));
        assertThat(kit.run().emitted()).hasSize(4);
        assertThat(kit.run().stateEntries()).as("nothing is left").isZero();
    }

    /** Against a model of queues. */
    @Seeded(seeds = 60)
    void anyOrderOfResultsKeepsTheOrderOfKeys(long seed) {
        Random random = new Random(seed);
        boolean keyed = random.nextBoolean();
        OperatorKit kit = kit(keyed ? KEYED : FREE);
        Map<String, Deque<Long>> queues = new HashMap<>();
        List<Emitted> expected = new ArrayList<>();
        long rows = 0;
        for (int i = 0; i < 60; i++) {
            if (random.nextInt(3) > 0) {
                String user = "u" + random.nextInt(4);
                row(kit, ++rows, rows, user);
                queues.computeIfAbsent(keyed ? user : user + rows, any -> new ArrayDeque<>())
                        .add(rows);
            }
            long call = random.nextInt((int) rows + 2);
            kit.act(answer(call, "{\"score\": " + i + "}"));
            for (Map.Entry<String, Deque<Long>> queue : queues.entrySet()) {
                Long head = queue.getValue().peek();
                if (head != null && head == call) {
                    queue.getValue().remove();
                    expected.add(result(call, queue.getKey().substring(0, 2), call, (double) i, null));
                }
            }
        }
        assertThat(kit.run().emitted()).isEqualTo(expected);
    }
}
