package io.weirflow.worker.slot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.state.Delta;
import io.weirflow.state.HeapAllowance;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.state.SlotStore;
import io.weirflow.state.StateBackend;
import io.weirflow.worker.sink.Committer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of local state that a crash has left in any shape: it is made good from the changelog, at the first attempt. */
final class StateRestorerTest {

    private static final SlotId SLOT = new SlotId("test", 1, 0);
    private static final byte[] KEY = "account".getBytes(UTF_8);
    private static final byte[] VALUE = "7".getBytes(UTF_8);

    private record Entry(byte[] key, byte @Nullable [] value) {}

    private final List<Entry> changelog = new ArrayList<>();
    private final RocksDbRuntime runtime = new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis);
    private final Committer committer = Committer.start("test", () -> {
        throw new AssertionError("nothing is committed");
    });

    @TempDir
    private Path folder;

    /** A checkpoint with one entry. */
    @BeforeEach
    void checkpoint() {
        try (SlotStore store = SlotStore.open(runtime.open(folder.resolve("former")))) {
            store.beginRestore().finish(ProgressCodec.encode(Progress.initial(Incarnation.FIRST)), 0);
            store.table(0, "balances").put(KEY, VALUE);
            Delta delta = store.freeze();
            delta.forEach((key, value) -> changelog.add(new Entry(key, value)));
        }
        changelog.add(
                new Entry(ProgressCodec.progressKey(), ProgressCodec.encode(Progress.initial(Incarnation.FIRST))));
    }

    @AfterEach
    void close() {
        committer.close();
        runtime.close();
    }

    private Path directory() {
        return folder.resolve("state");
    }

    private void restoreAndCheck() {
        ChangelogReader reader = (partition, from, handler) -> {
            for (int offset = (int) from; offset < changelog.size(); offset++) {
                handler.record(
                        offset,
                        changelog.get(offset).key(),
                        changelog.get(offset).value());
            }
            return changelog.size();
        };
        LocalStates states = new LocalStates() {
            @Override
            public StateBackend open(SlotId slot) {
                return runtime.open(directory());
            }

            @Override
            public void remove(SlotId slot) {
                runtime.destroy(directory());
            }
        };
        StateRestorer restorer = new StateRestorer(
                new LogPartition("changelog", 0),
                reader,
                Incarnation.FIRST,
                committer,
                1,
                new HeapAllowance(1 << 20),
                new SilentListener());
        try (SlotStore store = restorer.restore(states, SLOT, Optional.empty(), SlotAssigned.UNKNOWN)
                .store()) {
            assertThat(store.table(0, "balances").get(KEY)).isEqualTo(VALUE);
        }
    }

    @Test
    void withoutLocalState() {
        restoreAndCheck();
    }

    @Test
    void withLocalStateThatIsWhole() {
        restoreAndCheck();
        restoreAndCheck();
    }

    /** A process that was killed while it made the database leaves this. */
    @Test
    void afterACrashBetweenTheFirstFilesOfADatabase() throws IOException {
        restoreAndCheck();
        Files.delete(directory().resolve("CURRENT"));
        restoreAndCheck();
    }

    @Test
    void withADatabaseThatCannotBeOpened() throws IOException {
        restoreAndCheck();
        Files.writeString(directory().resolve("CURRENT"), "MANIFEST-999999\n");
        restoreAndCheck();
    }

    /** As seen by a worker that has lost its lease and opens the slot of a former run. */
    @Test
    void ofALaterRunIsRefused() {
        restoreAndCheck();
        changelog.add(new Entry(ProgressCodec.beginKey(), ProgressCodec.encodeBegin(Incarnation.FIRST.next())));
        changelog.add(new Entry(KEY, "8".getBytes(UTF_8)));
        assertThatThrownBy(this::restoreAndCheck)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("a later run");
    }
}
