package io.weirflow.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.history.Violation.Kind;
import io.weirflow.testkit.history.WindowHistory.Event;
import io.weirflow.testkit.history.WindowHistory.Shape;
import io.weirflow.testkit.history.WindowHistory.Sum;
import io.weirflow.testkit.history.WindowHistory.Window;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sites 1 and 3 are in region 1; windows of 5 and 10 seconds; events from 0 s to 30 s, of which the last one closes the windows. */
final class WindowHistoryTest {

    private static final Place AT = new Place("t", 0, 0);

    private final Findings findings = new Findings();
    private final WindowHistory windows = new WindowHistory(findings, new Shape(5_000, 10_000, 2, 1_000, 20_000));

    @BeforeEach
    void send() {
        windows.event(new Event(1, 1, 1_000, 10));
        windows.event(new Event(2, 1, 6_000, 20));
        windows.event(new Event(3, 3, 2_000, 30));
        windows.event(new Event(4, 3, 3_000, 40));
        windows.event(new Event(5, 1, 30_000, 0));
    }

    private void siteResults() {
        windows.perSite(AT, new Window(1, 0), new Sum(1, 10));
        windows.perSite(AT, new Window(3, 0), new Sum(2, 70));
        windows.perSite(AT, new Window(1, 5_000), new Sum(1, 20));
    }

    @Test
    void nothingIsWrongWithAGoodHistory() {
        siteResults();
        windows.perRegion(AT, new Window(1, 0), new Sum(4, 100));
        windows.finish();
        assertThat(findings.kept()).isEmpty();
        assertThat(windows.siteResults()).isEqualTo(3);
    }

    @Test
    void aLateEventIsInNoWindow() {
        windows.perSite(AT, new Window(1, 0), new Sum(1, 10));
        windows.perSite(AT, new Window(3, 0), new Sum(1, 30));
        windows.late(AT, 4);
        windows.perSite(AT, new Window(1, 5_000), new Sum(1, 20));
        windows.perRegion(AT, new Window(1, 0), new Sum(3, 60));
        windows.finish();
        assertThat(findings.kept()).isEmpty();
        assertThat(windows.lateEvents()).isEqualTo(1);
    }

    @Test
    void anEventThatIsLateAndCountedIsDoubled() {
        siteResults();
        windows.late(AT, 4);
        windows.perRegion(AT, new Window(1, 0), new Sum(3, 60));
        windows.finish();
        assertThat(findings.counts()).containsOnlyKeys(Kind.DOUBLED);
    }

    @Test
    void anEventThatIsNeitherIsLost() {
        windows.perSite(AT, new Window(1, 0), new Sum(1, 10));
        windows.perSite(AT, new Window(3, 0), new Sum(1, 30));
        windows.perSite(AT, new Window(1, 5_000), new Sum(1, 20));
        windows.perRegion(AT, new Window(1, 0), new Sum(3, 60));
        windows.finish();
        assertThat(findings.count(Kind.LOST)).isEqualTo(2);
    }

    @Test
    void aWindowThatNeverComesIsLost() {
        siteResults();
        windows.finish();
        assertThat(findings.count(Kind.LOST)).isEqualTo(1);
        assertThat(findings.kept().get(0).what()).startsWith("region");
    }

    @Test
    void aResultThatComesTwiceIsDoubled() {
        siteResults();
        windows.perSite(AT, new Window(1, 5_000), new Sum(1, 20));
        windows.late(AT, 1);
        windows.late(AT, 1);
        assertThat(findings.count(Kind.DOUBLED)).isEqualTo(2);
    }

    @Test
    void windowsOfASiteHaveAnOrder() {
        windows.perSite(AT, new Window(1, 5_000), new Sum(1, 20));
        windows.perSite(AT, new Window(1, 0), new Sum(1, 10));
        assertThat(findings.count(Kind.OUT_OF_ORDER)).isEqualTo(1);
    }

    @Test
    void aWrongSumIsWrong() {
        windows.perSite(AT, new Window(1, 0), new Sum(1, 11));
        windows.perSite(AT, new Window(3, 0), new Sum(2, 70));
        windows.perSite(AT, new Window(1, 5_000), new Sum(1, 20));
        windows.perRegion(AT, new Window(1, 0), new Sum(4, 100));
        windows.finish();
        assertThat(findings.count(Kind.WRONG)).isEqualTo(1);
    }

    @Test
    void whatFollowsFromNoEventIsInvented() {
        siteResults();
        windows.perSite(AT, new Window(9, 0), new Sum(1, 1));
        windows.late(AT, 99);
        windows.perRegion(AT, new Window(1, 0), new Sum(4, 100));
        windows.finish();
        assertThat(findings.counts()).containsOnlyKeys(Kind.INVENTED);
        assertThat(findings.count(Kind.INVENTED)).isEqualTo(2);
    }

    @Test
    void nothingCouldHaveMadeTheNewestEventLate() {
        siteResults();
        windows.perRegion(AT, new Window(1, 0), new Sum(4, 100));
        windows.late(AT, 5);
        windows.finish();
        assertThat(findings.counts()).containsOnlyKeys(Kind.WRONG);
    }
}
