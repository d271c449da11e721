package io.weirflow.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.history.Violation.Kind;
import org.junit.jupiter.api.Test;

final class VersionHistoryTest {

    private final Findings findings = new Findings();
    private final VersionHistory<String> history = new VersionHistory<>(findings, "stage");

    @Test
    void eachLaneHasCutsOfItsOwnAndMayMissVersions() {
        history.row("a", 1, 1);
        history.row("a", 2, 1);
        history.row("b", 1, 2);
        history.row("a", 7, 3);
        history.row("b", 3, 2);
        history.finish();
        assertThat(findings.none()).isTrue();
        assertThat(history.upgrades()).isEqualTo(2);
    }

    @Test
    void rowsMayComeAgainAndInAnyOrder() {
        history.row("a", 9, 2);
        history.row("a", 4, 1);
        history.row("a", 9, 2);
        history.finish();
        assertThat(findings.none()).isTrue();
    }

    @Test
    void aSlotThatFallsBackIsFound() {
        history.row("a", 1, 1);
        history.row("a", 2, 2);
        history.row("a", 3, 1);
        history.row("a", 4, 2);
        history.finish();
        assertThat(findings.counts()).containsOnlyKeys(Kind.OUT_OF_ORDER);
        assertThat(findings.kept()).singleElement().asString().contains("row 3 of a");
    }

    @Test
    void aRowOfTwoVersionsIsFound() {
        history.row("a", 1, 1);
        history.row("a", 1, 2);
        assertThat(findings.counts()).containsOnlyKeys(Kind.WRONG);
    }

    @Test
    void aRowThatNamesNoVersionIsFound() {
        history.row("a", 1, 0);
        assertThat(findings.counts()).containsOnlyKeys(Kind.INVENTED);
    }
}
