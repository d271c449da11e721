package io.weirflow.benchmarks.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.benchmarks.data.BidJson;
import io.weirflow.benchmarks.data.Bids;
import io.weirflow.benchmarks.data.OutputRow;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProfileReportTest {

    @Test
    void classesBelongToTheAreaTheyWorkFor() {
        assertThat(Area.of("com.fasterxml.jackson.core.json.UTF8StreamJsonParser"))
                .contains(Area.DECODE);
        assertThat(Area.of("io.weirflow.worker.aggregate.CountPart")).contains(Area.WINDOWS);
        assertThat(Area.of("org.apache.kafka.clients.producer.KafkaProducer")).contains(Area.KAFKA_CLIENT);
        assertThat(Area.of("org.apache.kafka.streams.state.internals.RocksDBStore"))
                .contains(Area.STATE);
        assertThat(Area.of("io.weirflow.worker.slot.Slot")).contains(Area.ENGINE);
        assertThat(Area.of("java.util.HashMap")).isEmpty();
    }

    @Test
    void aRecordingIsSummedUp(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("a.jfr");
        try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
            recording.start();
            OutputRow parser = new OutputRow(List.of("auction", "price"));
            byte[] record = new BidJson().record(new Bids(1, 1).bid(7));
            long sum = 0;
            // As much work as a few samples need, by the recorder's own count.
            for (int i = 0; i < 3_000_000; i++) {
                sum += parser.read(record)[1];
            }
            assertThat(sum).isNotZero();
            recording.stop();
            recording.dump(file);
        }

        String report = ProfileReport.of("test", file);

        assertThat(report).startsWith("test: ").contains("decoding and encoding of records", "Allocated bytes by type");
    }
}
