package io.weirflow.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.history.BankHistory.Movement;
import io.weirflow.testkit.history.BankHistory.Transfer;
import io.weirflow.testkit.history.Violation.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BankHistoryTest {

    private final Findings findings = new Findings();
    private final BankHistory bank = new BankHistory(findings);
    private final List<Transfer> transfers =
            List.of(new Transfer(1, 10, 20, 5), new Transfer(2, 20, 10, 3), new Transfer(3, 10, 30, 9));

    private static Place at(long offset) {
        return new Place("t", 0, offset);
    }

    /** What a bank without faults makes of them. */
    private List<Movement> movements(List<Transfer> of) {
        Map<Long, Movement> last = new HashMap<>();
        List<Movement> movements = new ArrayList<>();
        for (Transfer transfer : of) {
            movements.add(next(last, transfer.id(), transfer.from(), -transfer.amount()));
            movements.add(next(last, transfer.id(), transfer.to(), transfer.amount()));
        }
        return movements;
    }

    private static Movement next(Map<Long, Movement> last, long transfer, long account, long amount) {
        Movement former = last.getOrDefault(account, new Movement(0, account, 0, 0, 0));
        Movement now = new Movement(transfer, account, amount, former.number() + 1, former.balance() + amount);
        last.put(account, now);
        return now;
    }

    private void play(List<Movement> movements) {
        for (int i = 0; i < transfers.size(); i++) {
            bank.transfer(at(i), transfers.get(i));
        }
        for (int i = 0; i < movements.size(); i++) {
            bank.movement(at(i), movements.get(i));
        }
        bank.finish();
    }

    @Test
    void nothingIsWrongWithAGoodHistory() {
        play(movements(transfers));
        assertThat(findings.kept()).isEmpty();
        assertThat(bank.transfers()).isEqualTo(3);
        assertThat(bank.movements()).isEqualTo(6);
    }

    @Test
    void aTransferWithoutMovementsIsLost() {
        play(movements(transfers.subList(0, 2)));
        assertThat(findings.counts()).containsOnlyKeys(Kind.LOST);
        assertThat(findings.kept().get(0).what()).contains("id=3");
    }

    @Test
    void aTransferWithOneMovementIsTorn() {
        List<Movement> movements = movements(transfers);
        movements.remove(movements.size() - 1);
        play(movements);
        assertThat(findings.count(Kind.TORN)).isEqualTo(1);
        assertThat(findings.kept().get(0).what()).contains("paid and not received");
    }

    @Test
    void aMovementThatIsMadeTwiceIsDoubled() {
        List<Movement> movements = movements(transfers);
        // As an engine does that has kept its state and lost its place in the input.
        movements.add(new Movement(3, 30, 9, 2, 18));
        play(movements);
        assertThat(findings.count(Kind.DOUBLED)).isEqualTo(1);
    }

    @Test
    void aMovementThatIsWrittenTwiceIsDoubledAndOutOfOrder() {
        List<Movement> movements = movements(transfers);
        movements.add(movements.get(0));
        play(movements);
        assertThat(findings.count(Kind.DOUBLED)).isEqualTo(1);
        assertThat(findings.count(Kind.OUT_OF_ORDER)).isPositive();
    }

    @Test
    void movementsOfAnAccountHaveAnOrder() {
        List<Movement> movements = movements(transfers);
        Collections.swap(movements, 0, 3);
        play(movements);
        assertThat(findings.counts()).containsOnlyKeys(Kind.OUT_OF_ORDER);
    }

    @Test
    void transfersOfOnePartitionReachAnAccountInTheirOrder() {
        play(movements(List.of(transfers.get(1), transfers.get(0), transfers.get(2))));
        assertThat(findings.counts()).containsOnlyKeys(Kind.OUT_OF_ORDER);
    }

    @Test
    void aBalanceThatDoesNotAddUpIsWrong() {
        List<Movement> movements = movements(transfers);
        Movement last = movements.get(5);
        movements.set(5, new Movement(last.transfer(), last.account(), last.amount(), last.number(), 8));
        play(movements);
        assertThat(findings.counts()).containsOnlyKeys(Kind.WRONG);
    }

    @Test
    void aMovementOfNoTransferIsInvented() {
        List<Movement> movements = movements(transfers);
        movements.add(new Movement(4, 40, 1, 1, 1));
        movements.add(new Movement(4, 50, -1, 1, -1));
        play(movements);
        assertThat(findings.counts()).containsExactly(Map.entry(Kind.INVENTED, 2L));
    }
}
