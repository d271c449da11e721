package io.weirflow.benchmarks.engine;

import io.weirflow.benchmarks.child.BrokerMain;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The broker of a benchmark, in a process of its own. */
public final class BrokerProcess implements AutoCloseable {

    private static final long START_TIMEOUT_S = 60;
    private static final String READY = "ready ";

    private final ChildProcess process;
    private final String bootstrapServers;
    private final ReadProgress progress;

    private BrokerProcess(ChildProcess process, String bootstrapServers, ReadProgress progress) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
        this.progress = progress;
    }

    /** Starts it and waits until it can be used. */
    public static BrokerProcess start(Home home) throws InterruptedException {
        ReadProgress progress = new ReadProgress();
        CompletableFuture<String> ready = new CompletableFuture<>();
        Path data = home.work().resolve("broker");
        ChildProcess process = ChildProcess.start(
                "broker",
                home.broker(BrokerMain.class.getName(), List.of(data.toString())),
                home.log("broker"),
                line -> {
                    if (line.startsWith(READY)) {
                        ready.complete(line.substring(READY.length()));
                    }
                    progress.accept(line);
                });
        try {
            return new BrokerProcess(process, ready.get(START_TIMEOUT_S, TimeUnit.SECONDS), progress);
        } catch (ExecutionException | TimeoutException e) {
            String why = process.lastWords();
            process.close();
            throw new BenchException("the broker did not start: " + why);
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Returns how far topics have been read. */
    public ReadProgress progress() {
        return progress;
    }

    @Override
    public void close() {
        process.close();
    }
}
