package io.weirflow.worker.slot;

import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.worker.sim.Checkers;
import io.weirflow.worker.sim.EffectName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A destination whose effects cannot be taken back, and that may not answer. What happens there is drawn from the seed. */
public final class SimEffects implements Connector {

    static final String NAME = "sim-effects";
    private static final int MAX_PAUSE_MS = 60;

    private final World world;
    private final Map<String, Map<Long, String>> rows = new HashMap<>();
    private boolean takesUnknownForNotDone;

    /** What the destination lies in. */
    public interface World {
        Checkers checkers();

        int roll(int bound);

        /** Returns whether a fault happens here. */
        boolean strikes(String what);

        /** While a request is under way, everybody else goes on. */
        void others();

        /** Returns the incarnation of a run, by its instance. */
        Incarnation incarnation(String instance);
    }

    public SimEffects(World world) {
        this.world = world;
    }

    /** Plants a bug: a request without an answer is taken for one that has not arrived. */
    public void setTakesUnknownForNotDone(boolean plant) {
        takesUnknownForNotDone = plant;
    }

    /** Returns the rows that were attempted, by their number, of one slot; a row is listed as it would have been attempted. */
    public Map<Long, String> rows(String slot) {
        return rows.getOrDefault(slot, Map.of());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<SinkConnector> sink() {
        return Optional.of(new SinkConnector() {
            @Override
            public List<OptionSpec> options() {
                return List.of();
            }

            @Override
            public Guarantee best() {
                return Guarantee.AT_MOST_ONCE;
            }

            @Override
            public SinkWriter open(SinkContext context, int partition) {
                return new Writer(context, partition);
            }
        });
    }

    private final class Writer implements SinkWriter.Effect {
        private final SinkContext context;
        private final String slot;

        Writer(SinkContext context, int partition) {
            this.context = context;
            this.slot = Checkers.slotOfEffects(world.incarnation(context.instance()), partition);
        }

        @Override
        public String key(long sequence) {
            return new EffectName(slot, sequence).toString();
        }

        @Override
        public SinkWriter.Outcome attempt(long sequence, Row row) {
            EffectName effect = new EffectName(slot, sequence);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            context.encoder().encode(row, out);
            rows.computeIfAbsent(slot, any -> new TreeMap<>()).put(sequence, out.toString(StandardCharsets.UTF_8));
            world.checkers().attempted(effect);
            SinkWriter.Outcome outcome = outcome(effect);
            world.checkers().told(effect, outcome);
            return outcome;
        }

        private SinkWriter.Outcome outcome(EffectName effect) {
            if (world.strikes("refused " + effect)) {
                return new SinkWriter.Outcome.NotDone("planted", world.roll(MAX_PAUSE_MS));
            }
            boolean answered = !world.strikes("unanswered " + effect);
            boolean late = world.roll(2) == 0;
            if (late) {
                world.others();
            }
            if (answered || world.roll(2) == 0) {
                world.checkers().happened(effect);
            }
            if (!late) {
                world.others();
            }
            if (answered) {
                return new SinkWriter.Outcome.Done();
            }
            return takesUnknownForNotDone
                    ? new SinkWriter.Outcome.NotDone("planted", 0)
                    : new SinkWriter.Outcome.Unknown("planted");
        }
    }
}
