package io.weirflow.worker.operators;

import io.weirflow.api.state.StateTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keys of tables that rows ahead will need, gathered to be looked for at once. */
final class ExpectedKeys {

    private final Map<StateTable, List<byte[]>> keys = new LinkedHashMap<>();

    /** Adds a key, which is kept. */
    void add(StateTable table, byte[] key) {
        keys.computeIfAbsent(table, any -> new ArrayList<>()).add(key);
    }

    /** Looks for the keys, and begins to gather anew. Returns how many were not in memory. */
    int prefetch() {
        int read = 0;
        for (Map.Entry<StateTable, List<byte[]>> wanted : keys.entrySet()) {
            read += wanted.getKey().prefetch(wanted.getValue());
        }
        keys.clear();
        return read;
    }
}
