package io.weirflow.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.worker.slot.Counting;
import io.weirflow.worker.slot.SlotMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Metrics show what slots count, under the names of {@code docs/METRICS.md}. */
final class WorkerMetricsTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "METRICS.md");

    /** The document lists the metrics of coordinators, too. */
    private static final Pattern ROW = Pattern.compile(
            "\\| `(weirflow_(?:worker|slot|step|call|follower)_[a-z_]+)` \\| (gauge|counter) \\| ([^|]*)\\| [^|]+ \\|");

    private static final Pattern LABEL = Pattern.compile("`([a-z]+)`");
    private static final String SOURCE = "{pipeline=\"p\",slot=\"0\",stage=\"in\"}";
    private static final String INBOX = "{pipeline=\"p\",slot=\"3\",stage=\"out\"}";
    private static final String STEP = "{entry=\"numbers\",pipeline=\"p\",slot=\"0\",stage=\"in\",step=\"0\"}";

    private final FakeWorker worker = new FakeWorker();
    private final WorkerMetrics metrics = new WorkerMetrics(worker);

    private Map<String, Double> samples() {
        return ScrapedText.of(metrics.scrape()).samples();
    }

    @Test
    void showCountsOfSlots() {
        SlotMetrics counts = worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING);
        Counting.fill(counts);
        Counting.count(counts.source(), 11, 0, 0, 2);
        Counting.count(counts.step(0), 5, 4, 3, 1);
        counts.restored(10_000, 1_500);
        counts.failed();
        assertThat(samples())
                .containsEntry("weirflow_slot_rows_read_total" + SOURCE, 11.0)
                .containsEntry("weirflow_slot_records_undecodable_total" + SOURCE, 2.0)
                .containsEntry("weirflow_slot_position" + SOURCE, 42.0)
                .containsEntry("weirflow_slot_lag_records" + SOURCE, 7.0)
                .containsEntry("weirflow_slot_watermark_timestamp_seconds" + SOURCE, 1.5)
                .containsEntry("weirflow_slot_under_way_bytes" + SOURCE, 64.0)
                .containsEntry("weirflow_slot_bytes_read_total" + SOURCE, 8_192.0)
                .containsEntry("weirflow_slot_bytes_sent_total" + SOURCE, 2_048.0)
                .containsEntry("weirflow_slot_credit_ratio" + SOURCE, 0.75)
                .containsEntry("weirflow_slot_without_credit_seconds_total" + SOURCE, 0.125)
                .containsEntry("weirflow_slot_checkpoint_number" + SOURCE, 9.0)
                .containsEntry("weirflow_slot_checkpoint_duration_seconds" + SOURCE, 0.25)
                .containsEntry("weirflow_slot_checkpoint_age_seconds" + SOURCE, 2.5)
                .containsEntry("weirflow_slot_state_bytes" + SOURCE, 4_096.0)
                .containsEntry("weirflow_slot_overlay_bytes" + SOURCE, 512.0)
                .containsEntry("weirflow_slot_restores_total" + SOURCE, 1.0)
                .containsEntry("weirflow_slot_restore_seconds_total" + SOURCE, 1.5)
                .containsEntry("weirflow_slot_failures_total" + SOURCE, 1.0)
                .containsEntry("weirflow_step_rows_in_total" + STEP, 5.0)
                .containsEntry("weirflow_step_rows_out_total" + STEP, 4.0)
                .containsEntry("weirflow_step_rows_late_total" + STEP, 3.0)
                .containsEntry("weirflow_step_rows_error_total" + STEP, 1.0)
                .containsEntry("weirflow_worker_slots{status=\"running\"}", 1.0);
    }

    @Test
    void showCallsOfThoseThatCall() {
        SlotMetrics counts = worker.hold(FakeWorker.INBOX, FakeWorker.RUNNING);
        assertThat(counts.call(2).attempts()).isZero();
        String step = "{entry=\"scored\",pipeline=\"p\",slot=\"3\",stage=\"out\",step=\"2\"}";
        assertThat(samples())
                .containsEntry("weirflow_call_attempts_total" + step, 0.0)
                .containsEntry("weirflow_call_rows_waiting" + step, 0.0)
                .doesNotContainKey("weirflow_call_attempts_total" + STEP);
    }

    @Test
    void followCountsFromScrapeToScrape() {
        SlotMetrics counts = worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING);
        Counting.count(counts.source(), 1, 0, 0, 0);
        assertThat(samples()).containsEntry("weirflow_slot_rows_read_total" + SOURCE, 1.0);
        Counting.count(counts.source(), 2, 0, 0, 0);
        worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING, -1, 4_000, counts);
        assertThat(samples())
                .containsEntry("weirflow_slot_rows_read_total" + SOURCE, 3.0)
                .containsEntry("weirflow_slot_checkpoint_age_seconds" + SOURCE, 4.0);
    }

    @Test
    void sayWhenSomethingIsNotKnown() {
        SlotMetrics counts = worker.hold(FakeWorker.INBOX, FakeWorker.RUNNING, -1, -1, new SlotMetrics());
        assertThat(samples())
                .containsEntry("weirflow_slot_watermark_timestamp_seconds" + INBOX, Double.NaN)
                .containsEntry("weirflow_slot_lag_records" + INBOX, Double.NaN)
                .containsEntry("weirflow_slot_checkpoint_age_seconds" + INBOX, Double.NaN)
                .doesNotContainKey("weirflow_slot_rows_read_total" + INBOX);
        Counting.end(counts);
        assertThat(samples())
                .containsEntry("weirflow_slot_watermark_timestamp_seconds" + INBOX, Double.POSITIVE_INFINITY);
    }

    @Test
    void leaveOutSlotsThatAreGone() {
        SlotMetrics counts = worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING);
        worker.hold(FakeWorker.INBOX, new SlotStatus.Failed("broken", true));
        assertThat(samples())
                .containsKeys("weirflow_slot_position" + SOURCE, "weirflow_slot_position" + INBOX)
                .containsEntry("weirflow_worker_slots{status=\"failed\"}", 1.0);
        worker.hold(FakeWorker.SOURCE, new SlotStatus.Released(), -1, 0, counts);
        Map<String, Double> after = samples();
        assertThat(after.keySet()).noneMatch(sample -> sample.contains("stage=\"in\""));
        assertThat(after)
                .containsKey("weirflow_slot_position" + INBOX)
                .containsEntry("weirflow_worker_slots{status=\"running\"}", 0.0);
    }

    @Test
    void beginAnewWithEachRunOfAPipeline() {
        Counting.count(worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING).source(), 5, 0, 0, 0);
        assertThat(samples()).containsEntry("weirflow_slot_rows_read_total" + SOURCE, 5.0);
        Counting.count(worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING).source(), 1, 0, 0, 0);
        assertThat(samples()).containsEntry("weirflow_slot_rows_read_total" + SOURCE, 1.0);
    }

    @Test
    void showHowFarFollowersAre() {
        worker.follow(FakeWorker.INBOX, -1, -1);
        assertThat(samples())
                .containsEntry("weirflow_follower_lag_records" + INBOX, Double.NaN)
                .containsEntry("weirflow_follower_checkpoint_number" + INBOX, Double.NaN);
        worker.followers.clear();
        worker.follow(FakeWorker.INBOX, 12, 34);
        assertThat(samples())
                .containsEntry("weirflow_follower_lag_records" + INBOX, 34.0)
                .containsEntry("weirflow_follower_checkpoint_number" + INBOX, 12.0);
        worker.followers.clear();
        assertThat(samples().keySet()).noneMatch(sample -> sample.startsWith("weirflow_follower"));
    }

    @Test
    void areThoseOfTheDocument() throws Exception {
        worker.follow(FakeWorker.INBOX, 1, 0);
        worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING);
        worker.hold(FakeWorker.INBOX, FakeWorker.RUNNING);
        ScrapedText scraped = ScrapedText.of(metrics.scrape());
        Map<String, String> types = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        List<Matcher> rows = Files.readAllLines(DOCUMENT).stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .toList();
        for (Matcher row : rows) {
            types.put(row.group(1), row.group(2));
            Set<String> names = new TreeSet<>();
            LABEL.matcher(row.group(3)).results().forEach(label -> names.add(label.group(1)));
            labels.put(row.group(1), names);
        }
        assertThat(types).isEqualTo(scraped.types());
        assertThat(labels).isEqualTo(scraped.labels());
    }
}
