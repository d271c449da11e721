package io.weirflow.worker.slot;

import io.weirflow.api.connector.CallConnector;
import io.weirflow.api.connector.CallContext;
import io.weirflow.api.connector.Caller;
import io.weirflow.api.connector.Caller.Outcome;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.connector.SourceConnector;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.worker.sim.Violation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** The source and the sinks of the simulation. What may go wrong is drawn from the seed. */
public final class SimConnector implements Connector {

    public static final String NAME = "sim";
    public static final String OUTSIDE = "sim-outside";

    private final String name;
    private final SimPlan plan;
    private final IntUnaryOperator dice;
    private final Faults faults;
    private final BinaryOperator<String> topics;
    private final Map<String, Destination> destinations = new HashMap<>();

    private final List<Question> questions = new ArrayList<>();
    private long answers;

    private boolean acknowledgesTooEarly;

    /** A question that was asked and not answered. */
    private record Question(Consumer<Outcome> done) {}

    /** The service answers a question, or fails, or forgets it. Each answer is another one, so that all can be told apart. */
    public void answer(Random random) {
        if (questions.isEmpty()) {
            return;
        }
        Question one = questions.remove(random.nextInt(questions.size()));
        switch (random.nextInt(10)) {
            case 0 -> one.done().accept(new Outcome.Failure("busy", true, 0));
            case 1 -> one.done().accept(new Outcome.Failure("no", false, 0));
            case 2 -> {
                // Nobody ever hears of it.
            }
            default -> {
                String json = "{\"answer\": " + ++answers + "}";
                one.done().accept(new Outcome.Answer(json.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    @Override
    public Optional<CallConnector> call() {
        return Optional.of(new CallConnector() {
            @Override
            public List<OptionSpec> options() {
                return List.of();
            }

            @Override
            public Caller open(CallContext context) {
                return new Asker();
            }
        });
    }

    private final class Asker implements Caller {
        @Override
        public Request request(Row row) {
            String id = Long.toString(row.getLong(0));
            return new Request() {
                @Override
                public String question() {
                    return id;
                }

                @Override
                public Attempt send(String call, Consumer<Outcome> done) {
                    Question one = new Question(done);
                    questions.add(one);
                    return () -> questions.remove(one);
                }
            };
        }

        @Override
        public void close() {}
    }

    /** Plants a bug: rows are said to be durable before they are visible. */
    public void setAcknowledgesTooEarly(boolean plant) {
        acknowledgesTooEarly = plant;
    }

    /** Decides whether the outside world fails now; costs one fault. */
    public interface Faults {
        boolean strikes(String what);
    }

    /** @param topics from a sink's topic and the instance of a run to the topic that it writes to */
    public SimConnector(
            String name, SimPlan plan, IntUnaryOperator dice, Faults faults, BinaryOperator<String> topics) {
        this.topics = topics;
        this.name = name;
        this.plan = plan;
        this.dice = dice;
        this.faults = faults;
    }

    /** Returns the rows that are visible outside, of one slot. */
    public List<String> visible(String instance, int partition) {
        return destination(instance, partition).visible;
    }

    private Destination destination(String instance, int partition) {
        return destinations.computeIfAbsent(instance + "/" + partition, any -> new Destination());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<SourceConnector> source() {
        return Optional.of(new SourceConnector() {
            @Override
            public List<OptionSpec> options() {
                return List.of();
            }

            @Override
            public boolean bounded(Options options) {
                return true;
            }

            @Override
            public int partitions(SourceContext context) {
                return SimPlan.SLOTS;
            }

            @Override
            public Optional<RowDecoder> decoder(Options options, RowType rowType) {
                return Optional.of(SimConnector::decode);
            }

            @Override
            public PartitionReader open(SourceContext context, int partition) {
                return new Reader(plan.events(partition));
            }
        });
    }

    private static boolean decode(byte[] bytes, int offset, int length, MutableRow row) throws DecodeException {
        String[] columns = new String(bytes, offset, length, StandardCharsets.UTF_8).split(",", -1);
        for (int i = 0; i < columns.length; i++) {
            row.setLong(i, Long.parseLong(columns[i]));
        }
        return true;
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
                return Guarantee.EXACTLY_ONCE;
            }

            @Override
            public SinkWriter open(SinkContext context, int partition) {
                return name.equals(OUTSIDE)
                        ? new Outside(context, destination(context.instance(), partition))
                        : new ToTopic(context, partition);
            }
        });
    }

    private final class Reader implements PartitionReader {
        private final List<SimPlan.Event> events;
        private int next;

        Reader(List<SimPlan.Event> events) {
            this.events = events;
        }

        @Override
        public void seek(long position) {
            next = (int) position;
        }

        @Override
        public int poll(Handler handler, int maxRecords) {
            int count = Math.min(Math.min(maxRecords, dice.applyAsInt(4)), events.size() - next);
            for (int i = 0; i < count; i++) {
                byte[] bytes = events.get(next).text().getBytes(StandardCharsets.UTF_8);
                handler.record(next, next + 1L, next, bytes, 0, bytes.length);
                next++;
            }
            return count;
        }

        @Override
        public boolean ended() {
            return next == events.size();
        }

        @Override
        public String logName(long position) {
            return "events";
        }

        @Override
        public long lag() {
            return (long) events.size() - next;
        }

        @Override
        public void close() {}
    }

    /** Rows begin with the sink and the slot, so that a checker can tell them apart. */
    private final class ToTopic implements SinkWriter.Log {
        private final SinkContext context;
        private final int partition;

        ToTopic(SinkContext context, int partition) {
            this.context = context;
            this.partition = partition;
        }

        @Override
        public String topic() {
            return topics.apply(
                    context.sink().equals(SimPlan.PLAIN) ? SimPlan.PLAIN_TOPIC : SimPlan.OUT_TOPIC, context.instance());
        }

        @Override
        public byte[] key(Row row) {
            return new byte[] {(byte) partition};
        }

        @Override
        public byte[] value(Row row) {
            return (context.sink() + ":" + partition + ":" + json(context, row)).getBytes(StandardCharsets.UTF_8);
        }
    }

    private static String json(SinkContext context, Row row) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        context.encoder().encode(row, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The world outside: rows and their number become visible together; a new writer fences the former. */
    private static final class Destination {
        private final List<String> visible = new ArrayList<>();
        private int writers;
    }

    private final class Outside implements SinkWriter.External {
        private final SinkContext context;
        private final Destination to;
        private final int number;
        private final List<String> staged = new ArrayList<>();
        private boolean closed;

        Outside(SinkContext context, Destination to) {
            fail("opening");
            this.context = context;
            this.to = to;
            this.number = ++to.writers;
        }

        private void fail(String what) {
            if (faults.strikes("outside " + what)) {
                throw new ConnectorException("the destination fails at " + what, true, null);
            }
        }

        private void check() {
            if (closed) {
                throw new Violation("SinkAtomic", "a closed writer is used");
            }
            if (number != to.writers) {
                throw ConnectorException.superseded("another writer has taken over");
            }
        }

        @Override
        public long durableSequence() {
            check();
            return to.visible.size();
        }

        @Override
        public void write(long sequence, Row row, long eventTimeMs) {
            check();
            long expected = to.visible.size() + staged.size() + 1L;
            if (sequence != expected) {
                throw new Violation("SinkAtomic", "outside got row " + sequence + " in place of " + expected);
            }
            staged.add(json(context, row));
            fail("writing");
        }

        @Override
        public long commit(long sequence, boolean checkpoint) {
            check();
            if (!checkpoint && dice.applyAsInt(3) > 0) {
                return to.visible.size();
            }
            if (acknowledgesTooEarly && dice.applyAsInt(2) == 0) {
                return sequence;
            }
            fail("committing");
            to.visible.addAll(staged);
            staged.clear();
            fail("answering");
            return to.visible.size();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
