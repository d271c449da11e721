package io.weirflow.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.history.Violation.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReadHistoryTest {

    private final Findings findings = new Findings();
    private final ReadHistory reads = new ReadHistory(findings);

    private static Place at(long offset) {
        return new Place("t", 1, offset);
    }

    @BeforeEach
    void read() {
        reads.first(at(3), 33);
        reads.first(at(5), 55);
    }

    @Test
    void theSameAgainIsWell() {
        reads.again(at(3), 33);
        reads.again(at(5), 55);
        reads.finish();
        assertThat(findings.none()).isTrue();
    }

    @Test
    void whatIsGoneIsFound() {
        reads.again(at(3), 33);
        reads.finish();
        assertThat(findings.kept()).singleElement().asString().contains("t/1@5").contains("not any more");
    }

    @Test
    void whatIsAnotherOrNewIsFound() {
        reads.again(at(3), 34);
        reads.again(at(4), 44);
        reads.again(at(5), 55);
        reads.finish();
        assertThat(findings.count(Kind.CHANGED)).isEqualTo(2);
    }

    @Test
    void aReaderGoesForward() {
        reads.first(at(4), 44);
        assertThat(findings.count(Kind.OUT_OF_ORDER)).isEqualTo(1);
    }
}
