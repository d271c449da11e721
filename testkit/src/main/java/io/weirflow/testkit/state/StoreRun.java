package io.weirflow.testkit.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.state.StateTable;
import io.weirflow.state.Change;
import io.weirflow.state.Delta;
import io.weirflow.state.SlotStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A random run of one store beside its model: changes, reads, checkpoints, crashes at each step of a checkpoint. The same generator gives the
 * same run.
 */
final class StoreRun implements AutoCloseable {

    private static final int MAX_KEY_BYTES = 3;
    private static final byte[] ALPHABET = {0, 1, 'a', 'b', 0x7f, (byte) 0x80, (byte) 0xff};

    private final BackendSite site;
    private final Random random;
    private final Changelog changelog = new Changelog();

    private SlotStore store;
    private ModelTables live = new ModelTables();
    private ModelTables durable = new ModelTables();

    /** The frozen delta, and the model at that time; until its transaction, and then until it is in the back end. */
    private @Nullable Delta frozen;

    private @Nullable ModelTables frozenModel;
    private boolean appended;

    StoreRun(BackendSite site, Random random) {
        this.site = site;
        this.random = random;
        this.store = SlotStore.open(site.open());
    }

    Changelog changelog() {
        return changelog;
    }

    ModelTables durable() {
        return durable;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        checkAll();
    }

    private void step() {
        int table = random.nextInt(ModelTables.COUNT);
        switch (random.nextInt(32)) {
            case 0, 1, 2 -> checkScan(table);
            case 3 -> scanAndChange(table);
            case 4, 5, 6, 7, 8 -> delete(table, key());
            case 9, 10, 11, 12, 13 -> checkGet(table, key());
            case 14, 15 -> advanceCheckpoint();
            case 16 -> {
                if (random.nextInt(4) == 0) {
                    crash();
                }
            }
            case 17 -> {
                switch (random.nextInt(8)) {
                    case 0, 1 -> discard();
                    case 2 -> handOver();
                    default -> {}
                }
            }
            case 18 -> getThenSetAndDelete(table, key());
            case 19 -> prefetch(table);
            default -> put(table, key());
        }
    }

    private byte[] key() {
        byte[] key = new byte[random.nextInt(MAX_KEY_BYTES + 1)];
        for (int i = 0; i < key.length; i++) {
            key[i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return key;
    }

    private StateTable table(int number) {
        return ModelTables.tableOf(store, number);
    }

    private void put(int table, byte[] key) {
        byte[] value = new byte[random.nextInt(20)];
        random.nextBytes(value);
        table(table).put(key, value);
        live.table(table).put(key, value);
    }

    private void delete(int table, byte[] key) {
        table(table).delete(key);
        live.table(table).remove(key);
    }

    private void checkGet(int table, byte[] key) {
        byte[] actual = table(table).get(key);
        assertThat(ModelTables.text(table, key, actual))
                .isEqualTo(ModelTables.text(table, key, live.table(table).get(key)));
    }

    /** What it brings is seen by the reads of the steps that follow, if at all. */
    private void prefetch(int table) {
        List<byte[]> keys = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            keys.add(key());
        }
        table(table).prefetch(keys);
        if (!keys.isEmpty()) {
            checkGet(table, keys.get(random.nextInt(keys.size())));
        }
    }

    /** The life of a short-lived key, of which nothing need be written; the array is used again, as callers may. */
    private void getThenSetAndDelete(int table, byte[] key) {
        byte[] scratch = key.clone();
        checkGet(table, scratch);
        if (random.nextBoolean() && scratch.length > 0) {
            scratch[0]++;
        }
        put(table, scratch.clone());
        if (random.nextBoolean()) {
            advanceCheckpoint();
        }
        delete(table, scratch.clone());
        checkGet(table, scratch);
    }

    private void checkScan(int table) {
        byte[] from = key();
        byte[] to = random.nextInt(3) == 0 ? null : key();
        List<String> actual = new ArrayList<>();
        StateTable scanned = table(table);
        try (StateTable.Cursor cursor = random.nextBoolean() ? scanned.scan(from, to) : scanned.sweep(from, to)) {
            while (cursor.next()) {
                actual.add(ModelTables.text(table, cursor.key(), cursor.value()));
            }
        }
        assertThat(actual).isEqualTo(live.entries(table, from, to));
    }

    /** Changes keys that the cursor has passed, scans with a second one, and commits, while the first is open. */
    private void scanAndChange(int table) {
        List<String> expected = live.entries(table, new byte[0], null);
        List<String> actual = new ArrayList<>();
        List<byte[]> passed = new ArrayList<>();
        try (StateTable.Cursor cursor = table(table).scan(new byte[0], null)) {
            while (cursor.next()) {
                actual.add(ModelTables.text(table, cursor.key(), cursor.value()));
                passed.add(cursor.key());
                byte[] victim = passed.get(random.nextInt(passed.size()));
                switch (random.nextInt(8)) {
                    case 0 -> put(table, victim.clone());
                    case 1 -> delete(table, victim);
                    case 2 -> checkScan(table);
                    case 3 -> put((table + 1) % ModelTables.COUNT, key());
                    case 4 -> advanceCheckpoint();
                    default -> checkGet(table, victim);
                }
            }
        }
        assertThat(actual).isEqualTo(expected);
    }

    /** One step: freeze; then the transaction; then the back end, on another thread. */
    private void advanceCheckpoint() {
        Delta delta = frozen;
        if (delta == null) {
            frozen = store.freeze();
            frozenModel = live.copy();
        } else if (!appended) {
            changelog.append(delta);
            durable = frozenModel == null ? durable : frozenModel;
            appended = true;
        } else {
            // As one does who writes the changelog, to the end or until it fails; or not at all.
            boolean seen = random.nextInt(3) > 0;
            int most = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(delta.size() + 1);
            OtherThread.run(() -> {
                if (seen) {
                    goThrough(store.changes(delta), most);
                }
                store.commit(delta, changelog.progress(), changelog.nextOffset());
            });
            forgetFrozen();
        }
    }

    private static void goThrough(Iterator<Change> changes, int most) {
        for (int i = 0; i < most && changes.hasNext(); i++) {
            Change unused = changes.next();
        }
    }

    private void forgetFrozen() {
        frozen = null;
        frozenModel = null;
        appended = false;
    }

    /** The process is killed. */
    private void crash() {
        site.crash();
        reopen();
    }

    /** The transaction failed, or so it seems: the store is discarded. */
    private void discard() {
        store.close();
        reopen();
    }

    /** The slot ends, and goes on in the same process with what was committed. */
    private void handOver() {
        if (!appended) {
            store = store.handOver();
            forgetFrozen();
            live = durable.copy();
            checkAll();
        }
    }

    private void reopen() {
        forgetFrozen();
        store = changelog.recoverInParts(site.open(), random);
        live = durable.copy();
        checkAll();
    }

    private void checkAll() {
        assertThat(ModelTables.contents(store)).isEqualTo(live.contents());
        for (int table = 0; table < ModelTables.COUNT; table++) {
            for (byte[] key : List.copyOf(live.table(table).keySet())) {
                checkGet(table, key);
            }
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
