package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.coordinator.ControlView.PipelineView;
import io.weirflow.coordinator.ControlView.SlotView;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.fleet.FleetRecord.SinksCompleted;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.FleetRecord.WorkerLeft;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random lives of a fleet. The seed is the argument: one that fails is run again by giving it alone. */
final class ReplayTest {

    private static final int STEPS = 350;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 40);
    }

    private static Scenario live(long seed) {
        Random random = new Random(seed);
        Scenario s = new Scenario();
        s.step();
        for (int step = 0; step < STEPS; step++) {
            act(s, random);
            s.run(50L * random.nextInt(12));
        }
        return s;
    }

    private static void act(Scenario s, Random random) {
        String name = "w" + random.nextInt(4);
        switch (random.nextInt(17)) {
            case 0 ->
                s.ask(s.agent.submit(Plans.twoStages(random.nextBoolean() ? "p" : "q", 1 + random.nextInt(3)), "/b"));
            case 1 ->
                s.ask(s.agent.submit(random.nextBoolean() ? Plans.twoStages("p", 2) : Plans.filtered("p", 2), "/b"));
            case 2 -> s.beats(new WorkerId(name, 1 + random.nextInt(3)));
            case 3 -> s.beating.removeIf(worker -> worker.name().equals(name));
            case 4 -> s.beating.stream().findAny().ifPresent(worker -> s.report(new WorkerLeft(worker)));
            case 5 -> s.cluster.loseNextAnswer = random.nextInt(4) == 0;
            case 6 -> s.cluster.away = !s.cluster.away && random.nextInt(4) == 0;
            case 7 -> {
                if (random.nextInt(8) == 0 && !s.cluster.away) {
                    s.restart("c" + random.nextInt(2));
                }
            }
            case 13 -> s.followersCatchUp();
            case 8 -> s.ask(s.agent.stop("p", random.nextBoolean()));
            case 10 -> s.ask(s.agent.delete(random.nextBoolean() ? "p" : "q"));
            case 11, 12 -> s.ask(s.agent.scale("p", random.nextBoolean() ? "events" : "out", random.nextInt(3)));
            case 9 ->
                s.agent
                        .view()
                        .pipelines()
                        .forEach(run ->
                                s.report(new SinksCompleted(new WorkerId(name, 1), run.name(), run.instance(), 1)));
            default ->
                s.agent.view().pipelines().stream()
                        .map(PipelineView::slots)
                        .flatMap(List::stream)
                        .filter(slot -> random.nextInt(3) > 0)
                        .forEach(slot -> report(s, slot, random));
        }
    }

    private static void report(Scenario s, SlotView slot, Random random) {
        Optional<WorkerId> owner = slot.owner();
        if (owner.isPresent()) {
            SlotStatus status = switch (random.nextInt(13)) {
                case 12 -> new SlotStatus.Stopped();
                case 0 -> new SlotStatus.Failed("boom", random.nextInt(4) > 0);
                case 1 -> new SlotStatus.SenderBroken(new SlotId(slot.slot().pipeline(), 0, 0), random.nextInt(5), 9);
                case 2 -> new SlotStatus.Released();
                case 3, 4, 5, 6 -> new SlotStatus.Finished(random.nextInt(50), 100);
                default -> new SlotStatus.Running(random.nextInt(50), random.nextInt(100), 0, 1 + random.nextInt(4));
            };
            long epoch = Math.max(0, slot.epoch().number() - random.nextInt(4) / 3);
            s.report(new SlotReport(owner.get(), slot.slot(), new LeaseEpoch(epoch), status));
        }
    }

    private static List<ControlRecord> replayed(List<ControlRecord> log) {
        ControlState state = new ControlState();
        log.forEach(state::replay);
        return state.records();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theLogGivesTheLiveStateAlsoWhenCompacted(long seed) {
        Scenario s = live(seed);
        s.cluster.away = false;
        s.run(500);
        List<ControlRecord> log = s.cluster.log;
        List<ControlRecord> compacted = MemoryCluster.compacted(log);
        assertThat(replayed(compacted)).isEqualTo(replayed(log));
        assertThat(viewOfDecisions(s.agent.view())).isEqualTo(decisions(log));
        for (int cut = 0; cut < log.size(); cut += 17) {
            List<ControlRecord> partly = new ArrayList<>(MemoryCluster.compacted(log.subList(0, cut)));
            partly.addAll(log.subList(cut, log.size()));
            assertThat(replayed(partly)).isEqualTo(replayed(log));
        }
    }

    private static List<String> viewOfDecisions(ControlView view) {
        return view.pipelines().stream()
                .map(run -> run.name()
                        + run.instance()
                        + run.phase()
                        + run.checkpoint()
                        + run.stages()
                        + run.slots().stream()
                                .map(slot -> slot.owner() + "/" + slot.epoch() + slot.revoked())
                                .toList())
                .toList();
    }

    private static List<String> decisions(List<ControlRecord> log) {
        ControlState state = new ControlState();
        log.forEach(state::replay);
        Observations nothing = new Observations(Scenario.POLICY, 0);
        return viewOfDecisions(Views.of(ControlView.Role.LEADING, state, nothing, 0));
    }

    @Test
    void slotsChangeHandsOnlyAfterAReleaseOrARevocationAndAFence() {
        assertThat(seeds().map(ReplayTest::checkedMoves).sum()).isGreaterThan(500);
    }

    /** Returns how often a slot went from one worker to another. */
    private static long checkedMoves(long seed) {
        Scenario s = live(seed);
        Map<String, String> owner = new HashMap<>();
        Map<String, LeaseEpoch> epoch = new HashMap<>();
        Set<String> revoked = new HashSet<>();
        Set<String> fenced = new HashSet<>();
        int moves = 0;
        for (String line : s.cluster.trace) {
            String[] words = line.split("[ #]");
            if (words[0].equals("fence")) {
                revoked.stream()
                        .filter(slot -> slot.startsWith(words[1] + "/") && words[2].equals(owner.get(slot)))
                        .forEach(fenced::add);
            } else if (words[0].equals("revoke")) {
                revoked.add(words[1]);
                fenced.remove(words[1]);
                epoch.put(words[1], epoch(words[4]));
            } else if (words[0].equals("assign")) {
                String former = owner.put(words[1], words[2]);
                if (former != null && !former.equals(words[2])) {
                    moves++;
                    assertThat(fenced.contains(words[1]) || letGo(s, words[1], former, epoch.get(words[1])))
                            .as("seed %s: %s after %s", seed, line, former)
                            .isTrue();
                }
                revoked.remove(words[1]);
                fenced.remove(words[1]);
                epoch.put(words[1], epoch(words[4]));
            }
        }
        return moves;
    }

    private static LeaseEpoch epoch(String word) {
        return new LeaseEpoch(Long.parseLong(word.substring(1)));
    }

    private static boolean letGo(Scenario s, String slot, String worker, LeaseEpoch epoch) {
        return s.cluster.fleet.stream()
                .anyMatch(report -> report instanceof SlotReport one
                        && one.slot().toString().equals(slot)
                        && one.worker().name().equals(worker)
                        && one.epoch().equals(epoch)
                        && one.status().letGo());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void epochsOnlyGrow(long seed) {
        Map<SlotId, LeaseEpoch> last = new HashMap<>();
        for (ControlRecord record : live(seed).cluster.log) {
            if (record instanceof SlotAssigned assigned) {
                LeaseEpoch before = last.put(assigned.slot(), assigned.epoch());
                assertThat(before == null || before.compareTo(assigned.epoch()) < 0)
                        .isTrue();
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        assertThat(live(42).cluster.trace).isNotEmpty().isEqualTo(live(42).cluster.trace);
    }
}
