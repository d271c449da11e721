package io.weirflow.testkit.state;

import io.weirflow.api.state.StateTable;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.state.SlotStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

/** The process that {@link RocksDbKillTest} kills: commits checkpoint after checkpoint and says so after each. */
final class KillTarget {

    static final RocksDbSettings SETTINGS = new RocksDbSettings(8L << 20, 4L << 20, 1L << 20, 1, 64);

    private static final int CHANGES = 100;
    private static final int KEYS = 1000;

    private KillTarget() {}

    /** Takes the directory and goes on after the checkpoint that is there. */
    public static void main(String[] args) {
        RocksDbRuntime runtime = new RocksDbRuntime(SETTINGS, System::currentTimeMillis);
        SlotStore store = SlotStore.open(runtime.open(Path.of(args[0])));
        for (int checkpoint = checkpointOf(store) + 1; ; checkpoint++) {
            change(checkpoint, (table, key, value) -> {
                StateTable target = ModelTables.tableOf(store, table);
                if (value == null) {
                    target.delete(key);
                } else {
                    target.put(key, value);
                }
            });
            store.commit(store.freeze(), number(checkpoint), checkpoint);
            System.out.println(checkpoint);
            System.out.flush();
        }
    }

    static int checkpointOf(SlotStore store) {
        return store.progress()
                .map(stored -> ByteBuffer.wrap(stored.progress()).getInt())
                .orElse(0);
    }

    interface Change {
        void apply(int table, byte[] key, byte[] value);
    }

    /** The changes of a checkpoint depend on its number only. */
    static void change(int checkpoint, Change target) {
        Random random = new Random(checkpoint);
        for (int i = 0; i < CHANGES; i++) {
            byte[] value = new byte[200];
            random.nextBytes(value);
            boolean delete = random.nextInt(4) == 0;
            target.apply(random.nextInt(ModelTables.COUNT), number(random.nextInt(KEYS)), delete ? null : value);
        }
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }
}
