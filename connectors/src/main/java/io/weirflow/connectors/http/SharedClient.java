package io.weirflow.connectors.http;

import java.net.http.HttpClient;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The HTTP client of all callers of a process, made when the first one needs it. Safe for use by several threads. */
final class SharedClient {

    private static final int THREADS = 2;

    private @Nullable HttpClient client;

    synchronized HttpClient get() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(Executors.newFixedThreadPool(THREADS, threads()))
                    .build();
            client = made;
        }
        return made;
    }

    private static ThreadFactory threads() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "http-call-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }
}
