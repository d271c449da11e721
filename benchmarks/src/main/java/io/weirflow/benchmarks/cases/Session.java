package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.engine.BrokerProcess;
import io.weirflow.benchmarks.engine.ChildProcess;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.GcLog;
import io.weirflow.benchmarks.engine.Home;
import io.weirflow.benchmarks.engine.Topics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the cases of one run share: a broker, and what was asked for. Used by one thread.
 */
public final class Session {

    /** The most that was left on the heap by a collection. */
    static final String HEAP = "heap MiB";

    private final Home home;
    private final BrokerProcess broker;
    private final Topics topics;
    private final Wishes wishes;
    private final Consumer<String> say;
    private final Set<String> keptTopics = new HashSet<>(Set.of("__consumer_offsets", "__transaction_state"));

    /**
     * What was asked for.
     *
     * @param rows of each case's data; 0 for the case's own number
     * @param rounds in which every engine runs once
     * @param seconds that a latency is measured for
     * @param warmUpSeconds that rows pass before a latency is measured, and that the broker is used before the first case
     * @param engines only those whose names begin with one of these; empty for all
     * @param stateBytes that the cases with large state are to hold; 0 for the case's own size
     * @param rate rows per second of live scaling; 0 for the case's own
     */
    public record Wishes(
            long rows, int rounds, int seconds, int warmUpSeconds, List<String> engines, long stateBytes, int rate) {

        public Wishes {
            engines = List.copyOf(engines);
        }

        boolean wants(Engine engine) {
            return engines.isEmpty() || engines.stream().anyMatch(engine.name()::startsWith);
        }
    }

    /** @param say shows a line of progress */
    public Session(Home home, BrokerProcess broker, Topics topics, Wishes wishes, Consumer<String> say) {
        this.home = home;
        this.broker = broker;
        this.topics = topics;
        this.wishes = wishes;
        this.say = say;
    }

    public Home home() {
        return home;
    }

    public BrokerProcess broker() {
        return broker;
    }

    public Wishes wishes() {
        return wishes;
    }

    /** Returns the number of rows to use. */
    long rows(long ofTheCase) {
        return wishes.rows() == 0 ? ofTheCase : wishes.rows();
    }

    /** Returns the size of state to use. */
    public long stateBytes(long ofTheCase) {
        return wishes.stateBytes() == 0 ? ofTheCase : wishes.stateBytes();
    }

    /** Returns the rows per second to use. */
    public int rate(int ofTheCase) {
        return wishes.rate() == 0 ? ofTheCase : wishes.rate();
    }

    /** Makes a topic that {@link #clear} removes. */
    public void createTopic(String topic) {
        topics.create(topic);
    }

    /** Makes topics with one partition each, which {@link #clear} removes. */
    void createSmallTopics(List<String> names) {
        topics.create(names, 1);
    }

    /** Makes a topic that stays until the end of the case. */
    void createInput(String topic) {
        topics.create(topic);
        keptTopics.add(topic);
    }

    void removeInput(String topic) {
        keptTopics.remove(topic);
        clear();
    }

    /** Removes what the last run has left. */
    public void clear() {
        topics.deleteAllBut(keptTopics);
        home.removeState();
    }

    /** Adds what a process tells of itself, and keeps its profile. Called before it is stopped, when all was measured. */
    void diagnose(ChildProcess process, String run, Map<String, Double> figures) {
        GcLog collections = home.collections(run);
        figures.put(HEAP, collections.peakAfterMib());
        figures.put("gc s", collections.pauseSeconds());
        figures.put("resident MiB", (double) process.peakResidentMib());
        figures.put("disk MiB", home.stateMib());
        home.saveProfile(process, run);
    }

    public void say(String line) {
        say.accept(line);
    }

    /** Returns the wanted engines in the order of a round: each round another one begins. */
    List<Engine> engines(List<? extends Engine> all, int round) {
        List<Engine> wanted = new ArrayList<>(all.stream().filter(wishes::wants).toList());
        if (!wanted.isEmpty()) {
            java.util.Collections.rotate(wanted, 1 - round);
        }
        return wanted;
    }
}
