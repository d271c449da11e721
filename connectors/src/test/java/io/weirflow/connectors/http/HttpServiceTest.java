package io.weirflow.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weirflow.api.connector.CallContext;
import io.weirflow.api.connector.Caller;
import io.weirflow.api.connector.Caller.Outcome;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests as a service sees them, and answers of all kinds. */
final class HttpServiceTest {

    private static final RowType TYPE = RowType.of(
            Column.of("user", Scalar.VARCHAR), Column.of("amount", Scalar.BIGINT), Column.of("note", Scalar.VARCHAR));

    private record Received(String method, String uri, Map<String, List<String>> headers, String body) {}

    private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch release = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpService service = new HttpService(new SharedClient());
    private volatile int status = 200;
    private volatile byte[] answer = "{\"score\": 1}".getBytes(StandardCharsets.UTF_8);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        received.add(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        if (status == 0) {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        exchange.getResponseHeaders().set("Retry-After", "3");
        exchange.sendResponseHeaders(status == 0 ? 200 : status, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static Options options(Object... namesAndValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Options(values);
    }

    private Caller open(Object... options) {
        return service.open(new CallContext(
                "p",
                "scored",
                options(options),
                TYPE,
                1_000,
                secret -> secret.template().equals("${URL}") ? url("/hidden/{user}") : "s3cret"));
    }

    private static Outcome ask(Caller caller, Object... values) throws Exception {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Caller.Attempt unused = caller.request(MutableRow.of(TYPE, values)).send("id-1", outcome::complete);
        return outcome.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aGetHasItsColumnsInTheAddress() throws Exception {
        Outcome outcome = ask(open("url", url("/v1/{user}?n={amount}&x=1")), "ada l/ö?&", 7L, null);
        assertThat(new String(((Outcome.Answer) outcome).json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"score\": 1}");
        assertThat(received.get(0).method()).isEqualTo("GET");
        assertThat(received.get(0).uri()).isEqualTo("/v1/ada%20l%2F%C3%B6%3F%26?n=7&x=1");
        assertThat(received.get(0).headers()).containsEntry("Accept", List.of("application/json"));
        assertThat(received.get(0).body()).isEmpty();
    }

    @Test
    void aPostHasItsColumnsInTheBody() throws Exception {
        ask(open("url", url("/v1"), "method", "POST"), "ada", 7L, null);
        assertThat(received.get(0).body()).isEqualTo("{\"user\":\"ada\",\"amount\":7,\"note\":null}");
        assertThat(received.get(0).headers())
                .containsEntry("Idempotency-key", List.of("id-1"))
                .containsEntry("Content-type", List.of("application/json"));
        ask(open("url", url("/v1"), "method", "PUT", "body", List.of("amount", "user")), "ada", 7L, "x");
        assertThat(received.get(1).method()).isEqualTo("PUT");
        assertThat(received.get(1).body()).isEqualTo("{\"amount\":7,\"user\":\"ada\"}");
    }

    @Test
    void theSameQuestionHasTheSameText() throws Exception {
        Caller caller = open("url", url("/v1/{user}"), "method", "POST", "body", List.of("amount"));
        assertThat(caller.request(MutableRow.of(TYPE, "ada", 1L, "x")).question())
                .isEqualTo(caller.request(MutableRow.of(TYPE, "ada", 1L, "y")).question())
                .isNotEqualTo(
                        caller.request(MutableRow.of(TYPE, "ada", 2L, "x")).question())
                .isNotEqualTo(
                        caller.request(MutableRow.of(TYPE, "bob", 1L, "x")).question());
    }

    @Test
    void secretsAreResolvedHereAndShownNowhere() throws Exception {
        status = 404;
        Outcome outcome = ask(
                open("url", new SecretRef("${URL}"), "headers", Map.of("Authorization", new SecretRef("${TOKEN}"))),
                "ada",
                1L,
                null);
        assertThat(received.get(0).uri()).isEqualTo("/hidden/ada");
        assertThat(received.get(0).headers()).containsEntry("Authorization", List.of("s3cret"));
        assertThat(outcome.toString())
                .contains("answers with 404")
                .doesNotContain("hidden")
                .doesNotContain("s3cret");
    }

    @Test
    void someFailuresMayPassAndOthersNot() throws Exception {
        answer = new byte[0];
        Caller caller = open("url", url("/"));
        for (int passing : new int[] {408, 429, 500, 503}) {
            status = passing;
            Outcome.Failure failure = (Outcome.Failure) ask(caller, "a", 1L, null);
            assertThat(failure.retriable()).as("%s", passing).isTrue();
            assertThat(failure.askedPauseMs()).isEqualTo(3_000);
        }
        for (int lasting : new int[] {301, 400, 401, 404}) {
            status = lasting;
            assertThat(((Outcome.Failure) ask(caller, "a", 1L, null)).retriable())
                    .as("%s", lasting)
                    .isFalse();
        }
        status = 204;
        assertThat(((Outcome.Answer) ask(caller, "a", 1L, null)).json())
                .asString()
                .isEqualTo("{}");
        server.stop(0);
        Outcome.Failure failure = (Outcome.Failure) ask(caller, "a", 1L, null);
        assertThat(failure.retriable()).isTrue();
        assertThat(failure.reason()).contains("cannot be reached");
    }

    @Test
    void anAnswerThatIsTooLongForARecordIsAFailure() throws Exception {
        answer = ("{\"x\": \"" + "x".repeat(1 << 20) + "\"}").getBytes(StandardCharsets.UTF_8);
        Outcome.Failure failure = (Outcome.Failure) ask(open("url", url("/")), "a", 1L, null);
        assertThat(failure.reason()).contains("more than 1048576 bytes");
        assertThat(failure.retriable()).isFalse();
    }

    @Test
    void anAttemptCanBeEnded() throws Exception {
        status = 0;
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Caller.Attempt attempt = open("url", url("/"))
                .request(MutableRow.of(TYPE, "a", 1L, null))
                .send("id", outcome::complete);
        attempt.cancel();
        assertThat(((Outcome.Failure) outcome.get(10, TimeUnit.SECONDS)).reason())
                .contains("CancellationException");
        attempt.cancel();
    }

    @Test
    void noRequestIsMadeOfARowWithoutItsColumns() {
        assertThatThrownBy(() -> open("url", url("/{user}")).request(MutableRow.of(TYPE, null, 1L, null)))
                .isInstanceOf(RowException.class)
                .hasMessage("column 'user' is NULL and is part of the address");
    }

    @Test
    void lintSeesWhatIsWrong() {
        assertThat(service.check(options("url", "http://x/{user}", "method", "GET"), TYPE))
                .isEmpty();
        assertThat(problems("url", "http://x/{usr}"))
                .containsExactly("url: the row has no column 'usr'; it has user, amount, note");
        assertThat(problems("url", "http://x/{user")).containsExactly("url: '{' is not closed");
        assertThat(problems("url", "ftp://x/")).hasSize(1);
        assertThat(problems("url", "http://me:pw@x/")).hasSize(1);
        assertThat(problems("url", "http://{user}.example/")).hasSize(1);
        assertThat(problems("url", "http://x.example{user}/")).hasSize(1);
        assertThat(problems("url", "http://x/", "headers", Map.of("Host", "y"))).hasSize(1);
        assertThat(problems("url", "http://x/", "body", List.of("user"))).hasSize(1);
        assertThat(problems("url", "http://x/", "method", "POST", "body", List.of("usr")))
                .containsExactly("body: the row has no column 'usr'");
        assertThat(service.check(options("url", new SecretRef("${URL}")), TYPE)).isEmpty();
    }

    @Test
    void whatASecretHidesIsCheckedWhenItIsOpened() {
        CallContext context = new CallContext(
                "p", "scored", options("url", new SecretRef("${URL}")), TYPE, 1_000, secret -> "nonsense");
        assertThatThrownBy(() -> service.open(context))
                .isInstanceOf(ConnectorException.class)
                .hasMessageContaining("call of stage 'scored': 'url'")
                .hasMessageNotContaining("nonsense");
    }

    private List<String> problems(Object... options) {
        return service.check(options(options), TYPE).stream()
                .map((OptionProblem problem) -> problem.option() + ": " + problem.message())
                .toList();
    }
}
