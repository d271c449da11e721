package io.weirflow.cli.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.RefusedException;
import io.weirflow.cli.control.Control.Form;
import io.weirflow.cli.control.ControlClient.Answer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Requests to a coordinator, and how their answers become output and an exit status. */
final class Conversation {

    static final String YAML = "application/yaml";
    static final String JSON = "application/json";

    private static final int UNPROCESSABLE = 422;
    private static final int MAX_FILE_BYTES = 1 << 20;

    private final ControlClient client;
    private final Form form;
    private final PrintStream out;
    private final PrintStream err;

    /** Prints an answer that is no mistake. */
    @FunctionalInterface
    interface Printer {
        void print(JsonNode body);
    }

    Conversation(String coordinators, Form form, PrintStream out, PrintStream err) {
        this.client = new ControlClient(coordinators);
        this.form = form;
        this.out = out;
        this.err = err;
    }

    boolean inJson() {
        return form == Form.json;
    }

    void say(String line) {
        out.println(line);
    }

    void complain(String line) {
        err.println(line);
    }

    void show(Table table) {
        table.print(out);
    }

    void printMessage(JsonNode body) {
        say(body.path("pipeline").asText() + ": " + body.path("message").asText());
    }

    int ask(String method, String path, String contentType, String body, Printer printer) {
        return request(method, path, contentType, body)
                .map(answer -> print(answer, printer))
                .orElse(ExitStatus.FAILED);
    }

    Optional<Answer> request(String method, String path, String contentType, String body) {
        try {
            return Optional.of(client.ask(method, path, contentType, body));
        } catch (IOException e) {
            err.println("the coordinator does not answer: " + e.getMessage());
            return Optional.empty();
        }
    }

    int print(Answer answer, Printer printer) {
        if (form == Form.json) {
            out.println(answer.body().toPrettyString());
        } else {
            answer.body()
                    .path("problems")
                    .forEach(problem -> err.println(problem.path("text").asText()));
            if (answer.ok()) {
                printer.print(answer.body());
            } else if (answer.status() != UNPROCESSABLE) {
                err.println(answer.error());
            }
        }
        if (answer.ok()) {
            return ExitStatus.DONE;
        }
        return answer.status() / 100 == 4 ? ExitStatus.REFUSED : ExitStatus.FAILED;
    }

    /**
     * Asks again and again until something is over that takes a while.
     *
     * @param begun what it was begun with; a mistake is printed
     * @param path asked for how it is
     * @param underWay whether what was answered says that it goes on
     * @param end makes the exit status of the last answer
     */
    int await(Optional<Answer> begun, String path, Predicate<JsonNode> underWay, ToIntFunction<JsonNode> end) {
        Optional<Answer> asked = begun;
        while (asked.isPresent() && asked.get().ok()) {
            asked = request("GET", path, JSON, "");
            if (asked.isPresent() && asked.get().ok()) {
                if (!underWay.test(asked.get().body())) {
                    return end.applyAsInt(asked.get().body());
                }
                client.pause();
            }
        }
        return asked.map(refused -> print(refused, any -> {})).orElse(ExitStatus.FAILED);
    }

    static String query(Path file, Map<String, String> set) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        StringBuilder query = new StringBuilder("?file=").append(encoded(file.toString()));
        if (parent != null) {
            query.append("&base_dir=").append(encoded(parent.toString()));
        }
        set.forEach((name, value) -> query.append("&set=").append(encoded(name + "=" + value)));
        return query.toString();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String text(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new RefusedException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new RefusedException(file + ": there is no such file");
        } catch (IOException e) {
            throw new RefusedException(file + " cannot be read: " + e.getMessage());
        }
    }
}
