package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.Candidate.Succession;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several coordinators: one leads, the others follow and take over. */
final class InTurnTest {

    private static final WorkerId A = new WorkerId("a", 1);

    private final Scenario s = new Scenario();
    private CoordinatorAgent one;
    private CoordinatorAgent two;

    private static Candidate candidate(String id) {
        return new Candidate(id, "http://" + id, Succession.IN_TURN);
    }

    @BeforeEach
    void start() {
        one = s.coordinator(candidate("c1"));
        two = s.coordinator(candidate("c2"));
        s.beats(A);
        s.agent = one;
        s.step();
    }

    /** Runs the scenario's agent together with others. */
    private void run(long forMs, CoordinatorAgent... others) {
        for (long end = s.nowMs + forMs; s.nowMs < end; s.nowMs += Scenario.STEP_MS) {
            s.step();
            for (CoordinatorAgent other : others) {
                other.doWork(s.nowMs, 0);
            }
        }
    }

    @Test
    void theFirstLeadsAndTheOthersFollow() {
        run(20_000, two);
        assertThat(one.view().role()).isEqualTo(Role.LEADING);
        assertThat(two.view().role()).isEqualTo(Role.FOLLOWING);
        assertThat(two.view().leader()).isEqualTo("http://c1");
        assertThat(two.view().term()).isEqualTo(1);
        s.submit(Plans.twoStages("p", 2));
        run(100, two);
        assertThat(two.view().pipeline("p")).as("it knows what was decided").isPresent();
        assertThat(two.submit(Plans.twoStages("q", 1), "/base").join()).isInstanceOf(Refused.class);
    }

    @Test
    void aSilentLeaderIsReplacedAndItsDecisionsGoOn() {
        run(1_000, two);
        s.submit(Plans.twoStages("p", 2));
        run(100, two);
        s.statusOfAll(new SlotStatus.Running(1, 0, 0));
        s.trace();
        s.agent = two;
        s.run(2_900);
        assertThat(two.view().role()).isEqualTo(Role.FOLLOWING);
        s.run(1_500);
        assertThat(two.view().role()).isEqualTo(Role.LEADING);
        assertThat(two.view().term()).isEqualTo(2);
        assertThat(s.owner(0, 0)).isEqualTo(A);
        assertThat(s.trace().stream().filter(line -> !line.startsWith("checkpoint/")))
                .as("nothing is decided anew")
                .containsExactly("leader c2 2");
    }

    @Test
    void aFormerLeaderThatWakesUpFollows() {
        run(1_000, two);
        s.agent = two;
        s.run(5_000);
        assertThat(two.view().role()).isEqualTo(Role.LEADING);
        CompletableFuture<Admission> late = one.submit(Plans.twoStages("q", 1), "/base");
        run(2_000, one);
        assertThat(one.view().role()).isEqualTo(Role.FOLLOWING);
        assertThat(one.view().leader()).isEqualTo("http://c2");
        assertThat(late.join()).isInstanceOf(Refused.class);
        assertThat(two.view().role()).isEqualTo(Role.LEADING);
        assertThat(two.view().pipelines()).isEmpty();
        s.agent = one;
        s.run(5_000);
        assertThat(one.view().role()).as("and leads again in its turn").isEqualTo(Role.LEADING);
        assertThat(one.view().term()).isEqualTo(3);
    }

    @Test
    void aLeaderThatEndsInOrderIsReplacedAtOnce() {
        run(1_000, two);
        one.close();
        s.agent = two;
        s.step();
        assertThat(two.view().role()).isEqualTo(Role.LEADING);
        assertThat(two.view().term()).isEqualTo(2);
    }

    @Test
    void anOutageOfKafkaAndAPauseAreNotHeldAgainstTheLeader() {
        run(1_000, two);
        s.cluster.away = true;
        run(20_000, two);
        s.cluster.away = false;
        run(5_000, two);
        assertThat(one.view().role()).isEqualTo(Role.LEADING);
        assertThat(two.view().role()).isEqualTo(Role.FOLLOWING);
        // The follower alone sleeps, and does not yet see what was appended meanwhile when it wakes up.
        s.run(60_000);
        run(1_000, two);
        assertThat(one.view().role()).isEqualTo(Role.LEADING);
        assertThat(one.view().term()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whateverHappensOneLeadsInTheEnd(long seed) {
        Random random = new Random(seed);
        List<CoordinatorAgent> all = new ArrayList<>(List.of(one, two, s.coordinator(candidate("c3"))));
        List<CompletableFuture<Admission>> asked = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            int index = random.nextInt(all.size());
            switch (random.nextInt(12)) {
                case 0 -> {
                    // Killed without a word, and another started.
                    all.set(index, s.coordinator(candidate("c" + (10 + step))));
                }
                case 1 -> {
                    all.get(index).close();
                    all.set(index, s.coordinator(candidate("c" + (10 + step))));
                }
                case 2 -> s.cluster.away = random.nextInt(3) == 0;
                case 3 -> s.cluster.loseNextAnswer = true;
                case 4 -> asked.add(all.get(index).submit(Plans.twoStages("p" + random.nextInt(3), 1), "/base"));
                default -> {
                    int awake = random.nextInt(8);
                    for (int i = 0; i < 20; i++, s.nowMs += Scenario.STEP_MS) {
                        for (int agent = 0; agent < all.size(); agent++) {
                            if ((awake & 1 << agent) != 0) {
                                all.get(agent).doWork(s.nowMs, 0);
                            }
                        }
                    }
                }
            }
        }
        s.cluster.away = false;
        s.cluster.loseNextAnswer = false;
        s.agent = all.get(0);
        run(20_000, all.get(1), all.get(2));
        assertThat(all.stream().map(agent -> agent.view().role()))
                .containsExactlyInAnyOrder(Role.LEADING, Role.FOLLOWING, Role.FOLLOWING);
        CoordinatorAgent leader = all.stream()
                .filter(agent -> agent.view().role() == Role.LEADING)
                .findFirst()
                .orElseThrow();
        CompletableFuture<Admission> last = leader.submit(Plans.twoStages("p9", 1), "/base");
        run(2_000, all.get(1), all.get(2));
        assertThat(last.join()).isInstanceOf(Accepted.class);
        for (CoordinatorAgent agent : all) {
            assertThat(agent.view().pipelines().stream().map(run -> run.name() + run.instance()))
                    .isEqualTo(leader.view().pipelines().stream()
                            .map(run -> run.name() + run.instance())
                            .toList());
        }
    }
}
