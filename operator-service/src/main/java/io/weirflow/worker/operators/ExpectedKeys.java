package io.weirflow.worker.operators;

import io.weirflow.api.state.StateTable;
import java.util.ArrayList;
import java.util.List;

/** Keys of a table that rows ahead will need, gathered to be looked for at once. */
final class ExpectedKeys {

    private final StateTable table;
    private List<byte[]> keys = new ArrayList<>();

    ExpectedKeys(StateTable table) {
        this.table = table;
    }

    /** Adds a key, which is kept. */
    void add(byte[] key) {
        keys.add(key);
    }

    /** Looks for the keys, and begins to gather anew. Returns how many were not in memory. */
    int prefetch() {
        if (keys.isEmpty()) {
            return 0;
        }
        List<byte[]> gathered = keys;
        keys = new ArrayList<>(gathered.size());
        return table.prefetch(gathered);
    }
}
