package io.weirflow.cli.control;

import static io.weirflow.cli.control.Conversation.JSON;
import static io.weirflow.cli.control.Conversation.YAML;
import static io.weirflow.cli.control.Conversation.encoded;
import static io.weirflow.cli.control.Conversation.query;
import static io.weirflow.cli.control.Conversation.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.RefusedException;
import io.weirflow.cli.control.ControlClient.Answer;
import io.weirflow.protocol.control.Phase;
import java.io.PrintStream;
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

    private final Conversation coordinator;

    /** How to print. */
    public enum Form {
        text,
        json
    }

    /** @param coordinators {@code host:port[,host:port…]}, any of which will do */
    public Control(String coordinators, Form form, PrintStream out, PrintStream err) {
        this.coordinator = new Conversation(coordinators, form, out, err);
    }

    /** Returns who asks for savepoints. */
    public SavepointControl savepoints() {
        return new SavepointControl(coordinator);
    }

    /** Submits a pipeline. */
    public int apply(Path file, Map<String, String> set) {
        return coordinator.ask("POST", "/pipelines" + query(file, set), YAML, text(file), body -> {
            String how = switch (body.path("start").asText()) {
                case "RESUMED" -> "runs, where it was left";
                case "UPGRADED" -> "goes on with the new version, each slot from a cut in its log on";
                case "RESTORED" -> "runs from its savepoint as soon as that is written back";
                default -> "runs, from the start";
            };
            coordinator.say(body.path("pipeline").asText() + " " + how + " (incarnation "
                    + body.path("incarnation").asInt() + ")");
        });
    }

    /** Tells what submitting a pipeline would change; refused when it would be. */
    public int plan(Path file, Map<String, String> set) {
        Optional<Answer> answer = coordinator.request("POST", "/plan" + query(file, set), YAML, text(file));
        if (answer.isEmpty()) {
            return ExitStatus.FAILED;
        }
        int status = coordinator.print(answer.get(), body -> {
            Table table = new Table("STAGE", "CHANGE", "REASON");
            body.path("stages")
                    .forEach(stage -> table.add(
                            stage.path("stage").asText(),
                            stage.path("change").asText().toLowerCase(Locale.ROOT),
                            stage.path("reason").asText()));
            coordinator.show(table);
            coordinator.say(
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
        return coordinator.ask("GET", "/pipelines", JSON, "", body -> {
            Table table = new Table("PIPELINE", "PHASE");
            body.path("pipelines")
                    .forEach(one -> table.add(
                            one.path("name").asText(), one.path("phase").asText()));
            coordinator.show(table);
        });
    }

    /** Shows a pipeline with its slots. */
    public int describe(String pipeline) {
        return coordinator.ask("GET", "/pipelines/" + encoded(pipeline), JSON, "", body -> {
            String reason = body.path("reason").asText();
            coordinator.say(
                    body.path("name").asText() + " " + body.path("phase").asText()
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
            coordinator.show(stages);
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
            coordinator.show(slots);
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
        coordinator.show(rows);
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
        return coordinator.ask("PUT", path, JSON, "{\"workers\":" + workers + "}", coordinator::printMessage);
    }

    private Optional<String> pipelineOf(String stage) {
        Optional<Answer> all = coordinator.request("GET", "/pipelines", JSON, "");
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>();
        for (JsonNode one : all.get().body().path("pipelines")) {
            String name = one.path("name").asText();
            boolean has = coordinator
                    .request("GET", "/pipelines/" + encoded(name), JSON, "")
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
        return coordinator.ask("POST", path, JSON, body, coordinator::printMessage);
    }

    /**
     * Lists effects of which nobody knows whether they have happened.
     *
     * @param limit how many at most
     */
    public int effects(String pipeline, int limit) {
        return coordinator.ask("GET", "/pipelines/" + encoded(pipeline) + "/effects?limit=" + limit, JSON, "", body -> {
            if (body.path("effects").isEmpty()) {
                coordinator.say(pipeline + ": of every effect it is known whether it has happened");
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
            coordinator.show(table);
        });
    }

    /**
     * Begins to stop a pipeline.
     *
     * @param now whether not to wait for its slots
     */
    public int stop(String pipeline, boolean now) {
        return requestStop(pipeline, now)
                .map(answer -> coordinator.print(
                        answer,
                        body -> coordinator.say(pipeline + " stops after a last checkpoint; apply it again to go on")))
                .orElse(ExitStatus.FAILED);
    }

    private Optional<Answer> requestStop(String pipeline, boolean now) {
        return coordinator.request(
                "POST", "/pipelines/" + encoded(pipeline) + "/stop", JSON, now ? "{\"now\":true}" : "");
    }

    /** Stops a pipeline and waits until it has stopped. */
    public int stopAndWait(String pipeline, boolean now) {
        return coordinator.await(
                requestStop(pipeline, now),
                "/pipelines/" + encoded(pipeline),
                body -> body.path("phase").asText().equals(STOPPING),
                body -> printStopped(body, now));
    }

    private int printStopped(JsonNode pipeline, boolean now) {
        String name = pipeline.path("name").asText();
        String phase = pipeline.path("phase").asText();
        boolean stopped = phase.equals(STOPPED);
        if (coordinator.inJson()) {
            coordinator.say(pipeline.toPrettyString());
        } else if (stopped) {
            coordinator.say(
                    name + " has stopped" + (now ? "" : " after a last checkpoint") + "; apply it again to go on");
        } else {
            coordinator.complain(name + " was to stop, and is " + phase + ": "
                    + pipeline.path("reason").asText());
        }
        return stopped ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    /** Deletes a pipeline. */
    public int delete(String pipeline) {
        return coordinator.ask("DELETE", "/pipelines/" + encoded(pipeline), JSON, "", coordinator::printMessage);
    }
}
