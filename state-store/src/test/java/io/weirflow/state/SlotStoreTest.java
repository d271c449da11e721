package io.weirflow.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.state.StateTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a store, step by step; the state-store kit runs it against a model. */
final class SlotStoreTest {

    private static final byte[] PROGRESS = bytes("progress");

    @TempDir
    Path directory;

    private final RocksDbRuntime runtime = new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis);

    @AfterEach
    void closeRuntime() {
        runtime.close();
    }

    @Test
    void readsSeeTheOverlayThenTheFrozenDeltaThenTheBackend() {
        try (SlotStore store = open()) {
            StateTable table = store.table(0, "t");
            table.put(bytes("a"), bytes("1"));
            table.put(bytes("b"), bytes("1"));
            store.commit(store.freeze(), PROGRESS, 1);
            table.put(bytes("b"), bytes("2"));
            table.put(bytes("c"), bytes("2"));
            Delta delta = store.freeze();
            table.delete(bytes("a"));
            table.put(bytes("c"), bytes("3"));
            assertThat(contents(table)).containsExactly("b=2", "c=3");
            store.commit(delta, PROGRESS, 2);
            assertThat(contents(table)).containsExactly("b=2", "c=3");
            assertThat(table.get(bytes("a"))).isNull();
            assertThat(table.get(bytes("b"))).isEqualTo(bytes("2"));
        }
    }

    /** The back end is changed behind the store's back, to see who is asked. */
    @Test
    void whatWasPrefetchedIsNotReadAgainBeforeTheNextFreeze() {
        HeapBackend backend = new HeapBackend();
        try (SlotStore store = SlotStore.open(backend);
                SlotStore other = SlotStore.open(new HeapBackend())) {
            StateTable table = store.table(0, "t");
            other.table(0, "t").put(bytes("a"), bytes("1"));
            assertThat(table.prefetch(List.of(bytes("a"), bytes("b")))).isEqualTo(2);
            backend.load(other.freeze());
            assertThat(table.get(bytes("a"))).as("known to be missing").isNull();

            Delta nothing = store.freeze();
            assertThat(table.get(bytes("a"))).isEqualTo(bytes("1"));
            store.commit(nothing, PROGRESS, 1);
        }
    }

    @Test
    void whatWasNotCommittedIsGoneAfterReopening() {
        try (SlotStore store = open()) {
            StateTable table = store.table(0, "t");
            table.put(bytes("a"), bytes("1"));
            store.commit(store.freeze(), PROGRESS, 7);
            table.put(bytes("a"), bytes("2"));
            store.freeze();
            table.put(bytes("a"), bytes("3"));
        }
        try (SlotStore store = open()) {
            assertThat(contents(store.table(0, "t"))).containsExactly("a=1");
            StoredProgress stored = store.progress().orElseThrow();
            assertThat(stored.progress()).isEqualTo(PROGRESS);
            assertThat(stored.changelogNextOffset()).isEqualTo(7);
        }
    }

    @Test
    void tablesDoNotSeeEachOther() {
        try (SlotStore store = open()) {
            List<StateTable> tables = new ArrayList<>();
            for (int step : new int[] {0, 1, 0x7e, 0x7f, 0x80, 0x3fff}) {
                for (String name : List.of("", "a", "ab")) {
                    tables.add(store.table(step, name));
                }
            }
            for (int i = 0; i < tables.size(); i++) {
                tables.get(i).put(bytes("b"), bytes("" + i));
                tables.get(i).put(new byte[0], bytes("" + i));
                tables.get(i).put(new byte[] {-1, -1}, bytes("" + i));
            }
            store.commit(store.freeze(), PROGRESS, 1);
            for (int i = 0; i < tables.size(); i++) {
                String expected = "" + i;
                assertThat(contents(tables.get(i))).hasSize(3).allMatch(entry -> entry.endsWith("=" + expected));
            }
        }
    }

    @Test
    void aKeyThatCameAndWentAfterAMissIsNotWritten() {
        try (SlotStore store = open()) {
            StateTable table = store.table(0, "t");
            byte[] scratch = bytes("a");
            table.get(scratch);
            scratch[0] = 'b';
            table.put(bytes("b"), bytes("1"));
            table.delete(bytes("b"));
            table.get(bytes("c"));
            table.put(bytes("c"), bytes("1"));
            table.delete(bytes("c"));
            assertThat(table.get(bytes("c"))).isNull();
            List<String> changes = new ArrayList<>();
            store.freeze().forEach((key, value) -> changes.add(string(key).substring(3) + "=" + string(value)));
            assertThat(changes).containsExactly("b=null");
        }
    }

    @Test
    void onlyOneDeltaMayBeFrozen() {
        try (SlotStore store = open()) {
            Delta first = store.freeze();
            assertThatThrownBy(store::freeze).isInstanceOf(IllegalStateException.class);
            store.commit(first, PROGRESS, 1);
            assertThatThrownBy(() -> store.commit(first, PROGRESS, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatWasNotCommittedIsNotHandedOver() {
        SlotStore former = open();
        StateTable table = former.table(0, "t");
        table.put(bytes("a"), bytes("1"));
        former.commit(former.freeze(), PROGRESS, 7);
        table.put(bytes("a"), bytes("2"));
        former.freeze();
        table.put(bytes("a"), bytes("3"));
        try (SlotStore store = former.handOver()) {
            assertThat(contents(store.table(0, "t"))).containsExactly("a=1");
            assertThat(store.overlayBytes()).isZero();
            assertThatThrownBy(() -> table.put(bytes("a"), bytes("4"))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(former::handOver).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void useAfterCloseIsRefused() {
        SlotStore store = open();
        StateTable table = store.table(0, "t");
        table.put(bytes("a"), bytes("1"));
        store.commit(store.freeze(), PROGRESS, 1);
        StateTable.Cursor cursor = table.scan(bytes(""), null);
        assertThat(cursor.next()).isTrue();
        store.close();
        store.close();
        assertThatThrownBy(() -> table.get(bytes("z"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> table.put(bytes("z"), PROGRESS)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
        cursor.close();
        assertThatThrownBy(store::progress).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRestoreRefusesKeysOfTheEngineAndReadsBeforeItsEnd() {
        try (SlotStore store = open()) {
            StateTable table = store.table(0, "t");
            Restore restore = store.beginRestore();
            assertThatThrownBy(() -> restore.put(StateKeys.progressKey(), PROGRESS))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> table.get(bytes("a"))).isInstanceOf(IllegalStateException.class);
            restore.finish(PROGRESS, 3);
            assertThat(table.get(bytes("a"))).isNull();
        }
    }

    private SlotStore open() {
        return SlotStore.open(runtime.open(directory.resolve("slot")));
    }

    private static List<String> contents(StateTable table) {
        List<String> entries = new ArrayList<>();
        try (StateTable.Cursor cursor = table.scan(new byte[0], null)) {
            while (cursor.next()) {
                entries.add(string(cursor.key()) + "=" + string(cursor.value()));
            }
        }
        return entries;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String string(byte[] bytes) {
        return bytes == null ? "null" : new String(bytes, UTF_8);
    }
}
