package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Looking for a destination takes time in which a slot is silent, so it is done once. */
final class DestinationsTest {

    private final Destinations destinations = new Destinations();
    private final Looking connector = new Looking();

    /** Notes what is looked for. */
    private static final class Looking implements SinkConnector {
        final List<String> looked = new ArrayList<>();
        boolean away;

        @Override
        public void prepare(SinkContext context) {
            looked.add(context.options().text("topic"));
            if (away) {
                throw ConnectorException.fatal("not there");
            }
        }

        @Override
        public List<OptionSpec> options() {
            return List.of();
        }

        @Override
        public Guarantee best() {
            return Guarantee.EXACTLY_ONCE;
        }

        @Override
        public SinkWriter open(SinkContext context, int partition) {
            throw new UnsupportedOperationException("nothing is written");
        }
    }

    private static StepSpec.Sink sink(String topic) {
        return new StepSpec.Sink(
                "out", "looking", new Options(Map.of("topic", topic)), "json", Options.NONE, Guarantee.EXACTLY_ONCE);
    }

    private void prepare(StepSpec.Sink sink) {
        SinkContext context = new SinkContext(
                "p",
                "run",
                sink.name(),
                sink.options(),
                (row, out) -> {},
                RowType.of(),
                sink.guarantee(),
                4,
                Path.of("."),
                KafkaAccess.open(""),
                secret -> "");
        destinations.prepare(sink, connector, context);
    }

    @Test
    void eachIsLookedForOnce() {
        prepare(sink("a"));
        prepare(sink("a"));
        prepare(sink("b"));
        prepare(sink("a"));
        assertThat(connector.looked).containsExactly("a", "b");
    }

    @Test
    void oneThatIsNotThereIsLookedForAgain() {
        connector.away = true;
        assertThatThrownBy(() -> prepare(sink("a"))).isInstanceOf(ConnectorException.class);
        connector.away = false;
        prepare(sink("a"));
        prepare(sink("a"));
        assertThat(connector.looked).containsExactly("a", "a");
    }

    @Test
    void allAreLookedForAgainAfterAFailure() {
        prepare(sink("a"));
        destinations.forget();
        prepare(sink("a"));
        assertThat(connector.looked).containsExactly("a", "a");
    }
}
