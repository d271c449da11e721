package io.weirflow.testkit.history;

import static io.weirflow.testkit.history.EffectHistory.Answer.DONE;
import static io.weirflow.testkit.history.EffectHistory.Answer.DONE_UNTOLD;
import static io.weirflow.testkit.history.EffectHistory.Answer.DROPPED;
import static io.weirflow.testkit.history.EffectHistory.Answer.REFUSED;
import static io.weirflow.testkit.history.EffectHistory.Promise.AT_LEAST_ONCE;
import static io.weirflow.testkit.history.EffectHistory.Promise.ONCE_OR_LISTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.history.EffectHistory.Answer;
import io.weirflow.testkit.history.EffectHistory.Promise;
import io.weirflow.testkit.history.Violation.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EffectHistoryTest {

    private static final Place AT = new Place("unknown", 0, 0);

    private final Findings findings = new Findings();
    private EffectHistory<String, Integer> effects;

    @BeforeEach
    void expect() {
        promise(AT_LEAST_ONCE);
    }

    private void promise(Promise promise) {
        effects = new EffectHistory<>(findings, promise);
        effects.expect("a", 1);
        effects.expect("a", 2);
    }

    private EffectHistoryTest ask(String key, int effect, Answer answer) {
        effects.request(key, effect, answer);
        return this;
    }

    private void finish() {
        effects.finish();
    }

    @Test
    void repetitionsUnderOneKeyAreAtLeastOnce() {
        ask("k1", 1, DONE_UNTOLD).ask("k1", 1, DONE).ask("k2", 2, REFUSED).ask("k2", 2, DONE);
        ask("k1", 1, DONE).finish();
        assertThat(findings.none()).isTrue();
        assertThat(effects.repeated()).isEqualTo(1);
        assertThat(effects.done()).isEqualTo(2);
    }

    @Test
    void repetitionsUnderAnotherKeyAreNot() {
        ask("k1", 1, DONE_UNTOLD).ask("k9", 1, DONE).ask("k2", 2, DONE).finish();
        assertThat(findings.counts()).containsOnlyKeys(Kind.DOUBLED);
    }

    @Test
    void oneKeyForTwoEffectsIsWrong() {
        ask("k1", 1, DONE).ask("k1", 2, DONE).finish();
        assertThat(findings.count(Kind.WRONG)).isEqualTo(1);
    }

    @Test
    void whatWasOnlyRefusedOrDroppedIsLost() {
        ask("k1", 1, DROPPED).ask("k2", 2, DONE).finish();
        assertThat(findings.counts()).containsOnlyKeys(Kind.LOST);
    }

    @Test
    void effectsOfAKeyHaveAnOrder() {
        ask("k2", 2, DONE).ask("k1", 1, DONE).finish();
        assertThat(findings.counts()).containsOnlyKeys(Kind.OUT_OF_ORDER);
    }

    @Test
    void anEffectOfNoInputIsInvented() {
        ask("k1", 1, DONE).ask("k2", 2, DONE).ask("k3", 3, DONE).finish();
        assertThat(findings.counts()).containsOnlyKeys(Kind.INVENTED);
    }

    @Test
    void aLedgerListsWhatItDoesNotKnow() {
        promise(ONCE_OR_LISTED);
        ask("k1", 1, DONE_UNTOLD).ask("k2", 2, REFUSED).ask("k2", 2, DONE);
        effects.listed(AT, 1);
        finish();
        assertThat(findings.none()).isTrue();
    }

    @Test
    void aLedgerDoesNotRepeat() {
        promise(ONCE_OR_LISTED);
        ask("k1", 1, DONE_UNTOLD)
                .ask("k1", 1, DONE)
                .ask("k2", 2, DONE)
                .ask("k2", 2, DONE)
                .finish();
        assertThat(findings.count(Kind.DOUBLED)).isEqualTo(2);
    }

    @Test
    void aLedgerThatSaysNothingOfWhatItDoesNotKnowLosesIt() {
        promise(ONCE_OR_LISTED);
        ask("k1", 1, DROPPED).ask("k2", 2, DONE_UNTOLD).finish();
        assertThat(findings.count(Kind.LOST))
                .as("two not listed, one of them not done")
                .isEqualTo(3);
    }

    @Test
    void whatIsListedMayBeDoneTooLateOrNever() {
        promise(ONCE_OR_LISTED);
        effects.listed(AT, 1);
        ask("k2", 2, DONE).ask("k1", 1, DONE);
        finish();
        assertThat(findings.none()).isTrue();
        assertThat(effects.settled()).isEqualTo(2);
        assertThat(effects.unknown()).isEqualTo(1);
        effects.listed(AT, 1);
        assertThat(findings.count(Kind.DOUBLED)).as("listed twice").isEqualTo(1);
    }

    @Test
    void aListOfWhatNobodyWantedIsInvented() {
        promise(ONCE_OR_LISTED);
        effects.listed(AT, 9);
        ask("k1", 1, DONE).ask("k2", 2, DONE).finish();
        assertThat(findings.counts()).containsOnlyKeys(Kind.INVENTED);
    }
}
