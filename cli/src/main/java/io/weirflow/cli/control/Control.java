package io.weirflow.cli.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.RefusedException;
import io.weirflow.cli.control.ControlClient.Answer;
import io.weirflow.protocol.control.Phase;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** Asks a coordinator and prints what it answers: for people, or its JSON for programs. Every method returns the exit status. */
public final class Control {

    private static final String STOPPING = Phase.STOPPING.name();
    private static final String STOPPED = Phase.STOPPED.name();
    private static final int UNPROCESSABLE = 422;
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final String YAML = "application/yaml";
    private static final String JSON = "application/json";

    private final ControlClient client;
    private final Form form;
    private final PrintStream out;
    private final PrintStream err;

    /** How to print. */
    public enum Form {
        text,
        json
    }

    /** @param coordinators {@code host:port[,host:port…]}, any of which will do */
    public Control(String coordinators, Form form, PrintStream out, PrintStream err) {
        this.client = new ControlClient(coordinators);
        this.form = form;
        this.out = out;
        this.err = err;
    }

    /** Submits a pipeline. */
    public int apply(Path file, Map<String, String> set) {
        return ask("POST", "/pipelines" + query(file, set), YAML, text(file), body -> {
            String how = switch (body.path("start").asText()) {
                case "RESUMED" -> "runs, where it was left";
                case "UPGRADED" -> "goes on with the new version, each slot from a cut in its log on";
                case "RESTORED" -> "runs from its savepoint as soon as that is written back";
                default -> "runs, from the start";
            };
            out.println(body.path("pipeline").asText() + " " + how + " (incarnation "
                    + body.path("incarnation").asInt() + ")");
        });
    }

    /** Tells what submitting a pipeline would change; refused when it would be. */
    public int plan(Path file, Map<String, String> set) {
        Optional<Answer> answer = request("POST", "/plan" + query(file, set), YAML, text(file));
        if (answer.isEmpty()) {
            return ExitStatus.FAILED;
        }
        int status = print(answer.get(), body -> {
            Table table = new Table("STAGE", "CHANGE", "REASON");
            body.path("stages")
                    .forEach(stage -> table.add(
                            stage.path("stage").asText(),
                            stage.path("change").asText().toLowerCase(Locale.ROOT),
                            stage.path("reason").asText()));
            table.print(out);
            out.println(
                    body.path("accepted").asBoolean()
                            ? "it would be accepted"
                            : "it would be refused: " + body.path("reason").asText());
        });
        return status == ExitStatus.DONE
                        && !answer.get().body().path("accepted").asBoolean()
                ? ExitStatus.REFUSED
                : status;
    }

    /** Lists pipelines. */
    public int list() {
        return ask("GET", "/pipelines", JSON, "", body -> {
            Table table = new Table("PIPELINE", "PHASE");
            body.path("pipelines")
                    .forEach(one -> table.add(
                            one.path("name").asText(), one.path("phase").asText()));
            table.print(out);
        });
    }

    /** Shows a pipeline with its slots. */
    public int describe(String pipeline) {
        return ask("GET", "/pipelines/" + encoded(pipeline), JSON, "", body -> {
            String reason = body.path("reason").asText();
            out.println(body.path("name").asText() + " " + body.path("phase").asText()
                    + (reason.isEmpty() ? "" : ": " + reason) + "; incarnation "
                    + body.path("incarnation").asInt() + ", version "
                    + body.path("fingerprint").asText() + ", checkpoint "
                    + body.path("checkpoint").asLong());
            Table stages = new Table("STAGE", "VERSION", "SLOTS", "WORKERS", "STANDBYS");
            body.path("stages")
                    .forEach(stage -> stages.add(
                            stage.path("stage").asText(),
                            stage.path("version").asText(),
                            stage.path("slots").asText(),
                            stage.path("workers").asInt() == 0
                                    ? "all"
                                    : stage.path("workers").asText(),
                            stage.path("standbys").asText()));
            stages.print(out);
            Table slots =
                    new Table("SLOT", "WORKER", "STATUS", "VERSION", "CHECKPOINT", "POSITION", "FOLLOWED BY", "REASON");
            body.path("slots")
                    .forEach(slot -> slots.add(
                            slot.path("stage").asText() + "/"
                                    + slot.path("partition").asText(),
                            slot.path("owner").asText("-"),
                            slot.path("revoked").asBoolean()
                                    ? "Moving"
                                    : slot.path("status").asText("-"),
                            slot.path("stageVersion").asText("-"),
                            slot.path("checkpoint").asText("-"),
                            slot.path("nextPosition").asText("-"),
                            followers(slot.path("followers")),
                            slot.path("reason").asText()));
            slots.print(out);
            printPoison(body.path("poison"));
        });
    }

    /** Names the workers that keep a slot's state at hand, with the records that each has yet to read. */
    private static String followers(JsonNode followers) {
        StringJoiner text = new StringJoiner(", ").setEmptyValue("-");
        followers.forEach(one -> text.add(one.path("worker").asText() + " ("
                + (one.path("lag").isNumber() ? one.path("lag").asText() + " behind" : "not open yet") + ")"));
        return text.toString();
    }

    private void printPoison(JsonNode poison) {
        if (poison.isEmpty()) {
            return;
        }
        Table rows = new Table("SLOT", "ROW", "VERSION", "PARKED", "REASON");
        poison.forEach(row -> rows.add(
                row.path("stage").asText() + "/" + row.path("slot").asText(),
                row.path("row").asText(),
                row.path("version").asText(),
                row.path("parked").asBoolean() ? "yes" : "no",
                row.path("reason").asText()));
        rows.print(out);
    }

    /**
     * Spreads a stage over so many workers.
     *
     * @param pipeline empty when only one pipeline has such a stage
     * @param workers 0 for as many as there are
     */
    public int scale(Optional<String> pipeline, String stage, int workers) {
        Optional<String> name = pipeline.isPresent() ? pipeline : pipelineOf(stage);
        if (name.isEmpty()) {
            return ExitStatus.FAILED;
        }
        String path = "/pipelines/" + encoded(name.get()) + "/stages/" + encoded(stage) + "/workers";
        return ask("PUT", path, JSON, "{\"workers\":" + workers + "}", this::printMessage);
    }

    private Optional<String> pipelineOf(String stage) {
        Optional<Answer> all = request("GET", "/pipelines", JSON, "");
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>();
        for (JsonNode one : all.get().body().path("pipelines")) {
            String name = one.path("name").asText();
            boolean has = request("GET", "/pipelines/" + encoded(name), JSON, "")
                    .filter(answer -> hasStage(answer.body(), stage))
                    .isPresent();
            if (has) {
                found.add(name);
            }
        }
        if (found.size() != 1) {
            throw new RefusedException(
                    found.isEmpty()
                            ? "no pipeline has a stage '" + stage + "'"
                            : "stage '" + stage + "' is in " + String.join(", ", found) + ": give --pipeline NAME");
        }
        return Optional.of(found.get(0));
    }

    private static boolean hasStage(JsonNode pipeline, String stage) {
        for (JsonNode one : pipeline.path("stages")) {
            if (one.path("stage").asText().equals(stage)
                    || one.path("uid").asText().equals(stage)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Passes over a row at which a slot fails.
     *
     * @param row its place in the slot's log
     */
    public int park(String pipeline, String stage, int slot, String row) {
        String path = "/pipelines/" + encoded(pipeline) + "/stages/" + encoded(stage) + "/slots/" + slot + "/parked";
        String body = JsonNodeFactory.instance.objectNode().put("row", row).toString();
        return ask("POST", path, JSON, body, this::printMessage);
    }

    /**
     * Lists effects of which nobody knows whether they have happened.
     *
     * @param limit how many at most
     */
    public int effects(String pipeline, int limit) {
        return ask("GET", "/pipelines/" + encoded(pipeline) + "/effects?limit=" + limit, JSON, "", body -> {
            if (body.path("effects").isEmpty()) {
                out.println(pipeline + ": of every effect it is known whether it has happened");
                return;
            }
            Table table = new Table("LISTED", "SINK", "SLOT", "NUMBER", "IDEMPOTENCY KEY", "REASON", "ROW");
            body.path("effects")
                    .forEach(one -> table.add(
                            one.path("listed_at").asText(),
                            one.path("sink").asText("-"),
                            one.path("slot").asText("-"),
                            one.path("number").asText("-"),
                            one.path("idempotency_key").asText("-"),
                            one.path("reason").asText(),
                            one.path("row").toString()));
            table.print(out);
        });
    }

    /**
     * Begins to stop a pipeline.
     *
     * @param now whether not to wait for its slots
     */
    public int stop(String pipeline, boolean now) {
        return requestStop(pipeline, now)
                .map(answer -> print(
                        answer,
                        body -> out.println(pipeline + " stops after a last checkpoint; apply it again to go on")))
                .orElse(ExitStatus.FAILED);
    }

    private Optional<Answer> requestStop(String pipeline, boolean now) {
        return request("POST", "/pipelines/" + encoded(pipeline) + "/stop", JSON, now ? "{\"now\":true}" : "");
    }

    /** Stops a pipeline and waits until it has stopped. */
    public int stopAndWait(String pipeline, boolean now) {
        Optional<Answer> asked = requestStop(pipeline, now);
        while (asked.isPresent() && asked.get().ok()) {
            asked = request("GET", "/pipelines/" + encoded(pipeline), JSON, "");
            if (asked.isPresent()
                    && asked.get().ok()
                    && !asked.get().body().path("phase").asText().equals(STOPPING)) {
                return printStopped(asked.get(), now);
            }
            client.pause();
        }
        return asked.map(refused -> print(refused, any -> {})).orElse(ExitStatus.FAILED);
    }

    private int printStopped(Answer described, boolean now) {
        JsonNode pipeline = described.body();
        String name = pipeline.path("name").asText();
        String phase = pipeline.path("phase").asText();
        boolean stopped = phase.equals(STOPPED);
        if (form == Form.json) {
            out.println(pipeline.toPrettyString());
        } else if (stopped) {
            out.println(name + " has stopped" + (now ? "" : " after a last checkpoint") + "; apply it again to go on");
        } else {
            err.println(name + " was to stop, and is " + phase + ": "
                    + pipeline.path("reason").asText());
        }
        return stopped ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    /** Deletes a pipeline. */
    public int delete(String pipeline) {
        return ask("DELETE", "/pipelines/" + encoded(pipeline), JSON, "", this::printMessage);
    }

    private void printMessage(JsonNode body) {
        out.println(body.path("pipeline").asText() + ": " + body.path("message").asText());
    }

    /** Prints an answer that is no mistake. */
    @FunctionalInterface
    private interface Printer {
        void print(JsonNode body);
    }

    private int ask(String method, String path, String contentType, String body, Printer printer) {
        return request(method, path, contentType, body)
                .map(answer -> print(answer, printer))
                .orElse(ExitStatus.FAILED);
    }

    private Optional<Answer> request(String method, String path, String contentType, String body) {
        try {
            return Optional.of(client.ask(method, path, contentType, body));
        } catch (IOException e) {
            err.println("the coordinator does not answer: " + e.getMessage());
            return Optional.empty();
        }
    }

    private int print(Answer answer, Printer printer) {
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
     * Takes a savepoint and waits until it is taken.
     *
     * @param name empty for one of the time
     */
    public int createSavepoint(String pipeline, Optional<String> name) {
        String body =
                name.map(given -> "{\"name\":" + TextNode.valueOf(given) + "}").orElse("{}");
        Optional<Answer> begun = request("POST", "/pipelines/" + encoded(pipeline) + "/savepoints", JSON, body);
        if (begun.isEmpty()) {
            return ExitStatus.FAILED;
        }
        if (!begun.get().ok()) {
            return print(begun.get(), this::printMessage);
        }
        String savepoint = begun.get().body().path("savepoint").asText();
        while (true) {
            Optional<Answer> all = request("GET", "/savepoints?pipeline=" + encoded(pipeline), JSON, "");
            if (all.isEmpty()) {
                return ExitStatus.FAILED;
            }
            if (!all.get().ok()) {
                return print(all.get(), any -> {});
            }
            JsonNode found = savepoint(all.get().body(), savepoint);
            String state = found.path("state").asText();
            if (!state.equals("BEING_TAKEN")) {
                return printTaken(pipeline, savepoint, found);
            }
            client.pause();
        }
    }

    private static JsonNode savepoint(JsonNode all, String name) {
        for (JsonNode one : all.path("savepoints")) {
            if (one.path("name").asText().equals(name)) {
                return one;
            }
        }
        return MissingNode.getInstance();
    }

    private int printTaken(String pipeline, String savepoint, JsonNode found) {
        if (form == Form.json) {
            out.println(found.toPrettyString());
        } else if (found.isMissingNode()) {
            err.println("savepoint '" + savepoint + "' of " + pipeline
                    + " was not taken: another coordinator leads by now;" + " take it again");
        } else if (found.path("state").asText().equals("TAKEN")) {
            out.println("savepoint '" + savepoint + "' of " + pipeline + " is taken: "
                    + found.path("sizeBytes").asLong() + " bytes");
        } else {
            err.println("savepoint '" + savepoint + "' of " + pipeline + " was not taken: "
                    + found.path("problem").asText());
        }
        return found.path("state").asText().equals("TAKEN") ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    /** Lists savepoints, all or those of one pipeline. */
    public int listSavepoints(Optional<String> pipeline) {
        String path = "/savepoints"
                + pipeline.map(name -> "?pipeline=" + encoded(name)).orElse("");
        return ask("GET", path, JSON, "", body -> {
            Table table = new Table("PIPELINE", "SAVEPOINT", "STATE", "TAKEN", "BYTES", "VERSION", "PROBLEM");
            body.path("savepoints")
                    .forEach(one -> table.add(
                            one.path("pipeline").asText(),
                            one.path("name").asText(),
                            one.path("state").asText().toLowerCase(Locale.ROOT).replace('_', ' '),
                            one.path("takenAt").asText("-"),
                            one.path("sizeBytes").asText(),
                            one.path("fingerprint").asText(),
                            one.path("problem").asText()));
            table.print(out);
        });
    }

    /**
     * Runs a pipeline from a savepoint.
     *
     * @param file the definition that the savepoint must be of; empty for whichever it is of
     */
    public int restoreSavepoint(String pipeline, String savepoint, Optional<Path> file, Map<String, String> set) {
        String path = "/pipelines/" + encoded(pipeline) + "/savepoints/" + encoded(savepoint) + "/restore";
        Printer printer = body -> out.println(body.path("pipeline").asText() + " runs from savepoint '" + savepoint
                + "' as soon as it is written back (incarnation "
                + body.path("incarnation").asInt() + ")");
        return file.isPresent()
                ? ask("POST", path + query(file.get(), set), YAML, text(file.get()), printer)
                : ask("POST", path, JSON, "", printer);
    }

    private static String query(Path file, Map<String, String> set) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        StringBuilder query = new StringBuilder("?file=").append(encoded(file.toString()));
        if (parent != null) {
            query.append("&base_dir=").append(encoded(parent.toString()));
        }
        set.forEach((name, value) -> query.append("&set=").append(encoded(name + "=" + value)));
        return query.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String text(Path file) {
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
