package io.weirflow.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.log.FrameSender.Callback;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FirstFrameGateTest {

    private final List<String> sent = new ArrayList<>();
    private final List<Callback> underWay = new ArrayList<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final FirstFrameGate<byte[]> gate = new FirstFrameGate<>(
            (frame, callback) -> {
                sent.add(TestLog.text(frame));
                underWay.add(callback);
            },
            tasks::add);

    @Test
    void nothingFollowsTheFirstFrameUntilItIsDurable() {
        send("a");
        send("b");
        send("c");
        assertThat(sent).containsExactly("a");

        underWay.get(0).done(7, null);
        assertThat(told).containsExactly("a null");
        assertThat(sent).containsExactly("a");
        send("d");
        tasks.get(0).run();
        assertThat(sent).containsExactly("a", "b", "c", "d");

        send("e");
        assertThat(sent).endsWith("d", "e");
        underWay.get(3).failed(new IllegalStateException("lost"));
        assertThat(told).last().asString().isEqualTo("d lost");
        send("f");
        assertThat(sent).endsWith("f");
        assertThat(tasks).hasSize(1);
    }

    @Test
    void whatWaitsBehindAFirstFrameThatFailsFailsWithIt() {
        send("a");
        send("b");
        underWay.get(0).failed(new IllegalStateException("lost"));
        assertThat(told).containsExactly("a lost", "b lost");

        send("a2");
        send("b2");
        assertThat(sent).containsExactly("a", "a2");
        underWay.get(1).done(7, null);
        tasks.get(0).run();
        assertThat(sent).containsExactly("a", "a2", "b2");
    }

    private void send(String frame) {
        gate.send(
                TestLog.bytes(frame),
                (offset, failure) -> told.add(frame + " " + (failure == null ? null : failure.getMessage())));
    }
}
