package io.weirflow.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CommitterTest {

    private final List<String> transactions = new ArrayList<>();
    private final Committer committer = Committer.driven(Recording::new);

    @Test
    void whatWaitsGoesIntoOneTransaction() {
        long term = committer.ensureLease();
        committer.submit(new Request("a", term, null));
        committer.submit(new Request("b", term, null));
        assertThat(committer.doWork()).isEqualTo(2);
        assertThat(transactions).containsExactly("ab");
    }

    @Test
    void whatMustNotFollowAnotherGoesIntoTheNextWithAllBehindIt() {
        long term = committer.ensureLease();
        committer.submit(new Request("a", term, null));
        committer.submit(new Request("b", term, null));
        Request apart = new Request("c", term, "a");
        committer.submit(apart);
        committer.submit(new Request("d", term, null));
        assertThat(committer.doWork()).isEqualTo(2);
        assertThat(apart.committed).isFalse();
        assertThat(committer.doWork()).isEqualTo(2);
        assertThat(apart.committed).isTrue();
        assertThat(transactions).containsExactly("ab", "cd");
        assertThat(committer.doWork()).isZero();
    }

    private final class Recording implements LeaseLog {
        @Override
        public void acquire() {}

        @Override
        public Map<LogPartition, Long> commit(List<LogRecord> records) {
            StringBuilder topics = new StringBuilder();
            records.forEach(record -> topics.append(record.topic()));
            transactions.add(topics.toString());
            return Map.of();
        }

        @Override
        public void close() {}
    }

    private static final class Request implements CommitRequest {
        private final String name;
        private final long term;
        private final @Nullable String notBehind;
        private boolean committed;

        private Request(String name, long term, @Nullable String notBehind) {
            this.name = name;
            this.term = term;
            this.notBehind = notBehind;
        }

        @Override
        public long term() {
            return term;
        }

        @Override
        public List<LogRecord> records() {
            return List.of(new LogRecord(name, 0, null, new byte[0]));
        }

        @Override
        public boolean apartFrom(CommitRequest earlier) {
            return earlier instanceof Request other && other.name.equals(notBehind);
        }

        @Override
        public long sizeBytes() {
            return 1;
        }

        @Override
        public void committed(Map<LogPartition, Long> nextOffsets) {
            committed = true;
        }

        @Override
        public void failed(LogException problem) {
            throw problem;
        }
    }
}
