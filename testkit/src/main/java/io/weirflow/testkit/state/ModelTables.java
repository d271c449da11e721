package io.weirflow.testkit.state;

import io.weirflow.api.state.StateTable;
import io.weirflow.state.SlotStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the tables of a store should hold, as sorted maps. */
final class ModelTables {

    static final int COUNT = 4;

    private final List<NavigableMap<byte[], byte[]>> tables;

    ModelTables() {
        tables = IntStream.range(0, COUNT).mapToObj(i -> newMap()).toList();
    }

    private ModelTables(ModelTables other) {
        tables = other.tables.stream().map(ModelTables::copyOf).toList();
    }

    private static NavigableMap<byte[], byte[]> newMap() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    private static NavigableMap<byte[], byte[]> copyOf(NavigableMap<byte[], byte[]> map) {
        NavigableMap<byte[], byte[]> copy = newMap();
        copy.putAll(map);
        return copy;
    }

    ModelTables copy() {
        return new ModelTables(this);
    }

    NavigableMap<byte[], byte[]> table(int number) {
        return tables.get(number);
    }

    /** Returns the table of a store that stands for the one of this number. */
    static StateTable tableOf(SlotStore store, int number) {
        return store.table(number / 2, number % 2 == 0 ? "" : "a");
    }

    /** Returns the entries as text. */
    List<String> contents() {
        List<String> contents = new ArrayList<>();
        for (int number = 0; number < COUNT; number++) {
            contents.addAll(entries(number, new byte[0], null));
        }
        return contents;
    }

    List<String> entries(int number, byte[] from, byte @Nullable [] to) {
        NavigableMap<byte[], byte[]> tail = table(number).tailMap(from, true);
        List<String> entries = new ArrayList<>();
        for (Map.Entry<byte[], byte[]> entry : tail.entrySet()) {
            if (to != null && Arrays.compareUnsigned(entry.getKey(), to) >= 0) {
                break;
            }
            entries.add(text(number, entry.getKey(), entry.getValue()));
        }
        return entries;
    }

    /** Returns the entries of a store in the same form. */
    static List<String> contents(SlotStore store) {
        List<String> contents = new ArrayList<>();
        for (int number = 0; number < COUNT; number++) {
            try (StateTable.Cursor cursor = tableOf(store, number).scan(new byte[0], null)) {
                while (cursor.next()) {
                    contents.add(text(number, cursor.key(), cursor.value()));
                }
            }
        }
        return contents;
    }

    static String text(int table, byte[] key, byte @Nullable [] value) {
        HexFormat hex = HexFormat.of();
        return table + "/" + hex.formatHex(key) + "=" + (value == null ? "null" : hex.formatHex(value));
    }
}
