package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** What users ask a coordinator, by commands that run in this process. */
record Coordinator(String address) {

    private static final Duration LONG = Duration.ofSeconds(120);

    Result ask(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--coordinator", address));
        return Result.of(all.toArray(String[]::new));
    }

    /** Returns what a command says that succeeds. */
    String done(String... args) {
        Result result = ask(args);
        assertThat(result.status()).as(result.err()).isZero();
        return result.out();
    }

    /** Returns what a command says against what it was asked. */
    String refused(String... args) {
        Result result = ask(args);
        assertThat(result.status()).as(result.out()).isEqualTo(2);
        return result.err();
    }

    JsonObject describe(String pipeline) {
        return new JsonObject(done("describe", pipeline, "-o", "json"));
    }

    void awaitPhase(String pipeline, String phase) {
        Awaitility.await()
                .atMost(LONG)
                // The log of tests goes where the command's output goes.
                .ignoreException(DecodeException.class)
                .untilAsserted(
                        () -> assertThat(describe(pipeline).getString("phase")).isEqualTo(phase));
    }
}
