package io.weirflow.state;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.rocksdb.RocksDB;

/**
 * Databases that are being closed. That flushes up to a write buffer, which takes up to some tenths of a second, and the thread that gives a slot up has
 * others to run. Whoever opens the same directory waits.
 */
final class Closings implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "state-close");
        thread.setDaemon(true);
        return thread;
    });

    private final Map<Path, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    /** Begins to close a database; any thread. */
    void begin(Path directory, RocksDB db) {
        Path place = directory.toAbsolutePath();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(db::close, threads);
        underWay.put(place, closing);
        var unused = closing.whenComplete((done, failure) -> underWay.remove(place, closing));
    }

    /** Waits until nothing is being closed in a directory; any thread. */
    void await(Path directory) {
        CompletableFuture<Void> closing = underWay.get(directory.toAbsolutePath());
        if (closing != null) {
            join(closing);
        }
    }

    /** What could not be flushed is in the changelog. */
    private static void join(CompletableFuture<Void> closing) {
        closing.handle((done, failure) -> done).join();
    }

    /** Waits for all of them; any thread. */
    void awaitAll() {
        underWay.values().forEach(Closings::join);
    }

    /** Waits for all of them. Nothing may be begun any more. */
    @Override
    public void close() {
        awaitAll();
        threads.shutdown();
    }
}
