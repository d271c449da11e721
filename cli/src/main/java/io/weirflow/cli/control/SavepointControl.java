package io.weirflow.cli.control;

import static io.weirflow.cli.control.Conversation.JSON;
import static io.weirflow.cli.control.Conversation.YAML;
import static io.weirflow.cli.control.Conversation.encoded;
import static io.weirflow.cli.control.Conversation.query;
import static io.weirflow.cli.control.Conversation.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.control.ControlClient.Answer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Asks a coordinator for savepoints, as {@link Control} does for the rest. Every method returns the exit status. */
public final class SavepointControl {

    private final Conversation coordinator;

    SavepointControl(Conversation coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * Takes a savepoint and waits until it is taken.
     *
     * @param name empty for one of the time
     */
    public int create(String pipeline, Optional<String> name) {
        String body =
                name.map(given -> "{\"name\":" + TextNode.valueOf(given) + "}").orElse("{}");
        Optional<Answer> begun =
                coordinator.request("POST", "/pipelines/" + encoded(pipeline) + "/savepoints", JSON, body);
        String savepoint =
                begun.map(answer -> answer.body().path("savepoint").asText()).orElse("");
        return coordinator.await(
                begun,
                "/savepoints?pipeline=" + encoded(pipeline),
                all -> savepoint(all, savepoint).path("state").asText().equals("BEING_TAKEN"),
                all -> printTaken(pipeline, savepoint, savepoint(all, savepoint)));
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
        if (coordinator.inJson()) {
            coordinator.say(found.toPrettyString());
        } else if (found.isMissingNode()) {
            coordinator.complain("savepoint '" + savepoint + "' of " + pipeline
                    + " was not taken: another coordinator leads by now;" + " take it again");
        } else if (found.path("state").asText().equals("TAKEN")) {
            coordinator.say("savepoint '" + savepoint + "' of " + pipeline + " is taken: "
                    + found.path("sizeBytes").asLong() + " bytes");
        } else {
            coordinator.complain("savepoint '" + savepoint + "' of " + pipeline + " was not taken: "
                    + found.path("problem").asText());
        }
        return found.path("state").asText().equals("TAKEN") ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    /** Lists savepoints, all or those of one pipeline. */
    public int list(Optional<String> pipeline) {
        String path = "/savepoints"
                + pipeline.map(name -> "?pipeline=" + encoded(name)).orElse("");
        return coordinator.ask("GET", path, JSON, "", body -> {
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
            coordinator.show(table);
        });
    }

    /**
     * Runs a pipeline from a savepoint.
     *
     * @param file the definition that the savepoint must be of; empty for whichever it is of
     */
    public int restore(String pipeline, String savepoint, Optional<Path> file, Map<String, String> set) {
        String path = "/pipelines/" + encoded(pipeline) + "/savepoints/" + encoded(savepoint) + "/restore";
        Conversation.Printer printer =
                body -> coordinator.say(body.path("pipeline").asText() + " runs from savepoint '" + savepoint
                        + "' as soon as it is written back (incarnation "
                        + body.path("incarnation").asInt() + ")");
        return file.isPresent()
                ? coordinator.ask("POST", path + query(file.get(), set), YAML, text(file.get()), printer)
                : coordinator.ask("POST", path, JSON, "", printer);
    }
}
