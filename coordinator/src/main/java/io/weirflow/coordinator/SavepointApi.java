package io.weirflow.coordinator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.weirflow.api.Edge;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.SavepointJobs.Listed;
import io.weirflow.protocol.plan.PlanCodec;
import io.weirflow.protocol.plan.PlanUpgrade;
import io.weirflow.protocol.plan.StageChange.Kind;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a coordinator answers about savepoints, and what it needs to know before it asks for one. Any thread. */
final class SavepointApi {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    private static final DateTimeFormatter DEFAULT_NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private SavepointApi() {}

    /**
     * Returns the name that a request gives, or one of the time.
     *
     * @throws IllegalArgumentException when it is none
     */
    @Edge // Only a name.
    static String name(@Nullable JsonObject body) {
        Object given = body == null ? null : body.getValue("name");
        if (given == null) {
            return DEFAULT_NAME.format(Instant.now());
        }
        return checkName(given instanceof String text ? text : "");
    }

    /** @throws IllegalArgumentException when it is none */
    static String checkName(String name) {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException(
                    "a savepoint's name is up to 64 letters, digits, dots, dashes and underscores; it is '" + name
                            + "'");
        }
        return name;
    }

    /** Answers with all savepoints, or those of one pipeline. */
    static JsonObject list(SavepointJobs savepoints, @Nullable String pipeline) {
        JsonArray all = new JsonArray();
        savepoints.list().stream()
                .filter(one -> pipeline == null || one.pipeline().equals(pipeline))
                .forEach(one -> all.add(json(one)));
        return new JsonObject().put("savepoints", all);
    }

    private static JsonObject json(Listed one) {
        return new JsonObject()
                .put("pipeline", one.pipeline())
                .put("name", one.name())
                .put("state", one.state().name())
                .put(
                        "takenAt",
                        one.takenAtMs() == 0
                                ? null
                                : Instant.ofEpochMilli(one.takenAtMs()).toString())
                .put("sizeBytes", one.sizeBytes())
                .put("fingerprint", one.fingerprint())
                .put("problem", one.problem());
    }

    /**
     * Refuses a definition that is not the savepoint's: rows since its checkpoints are made once more, and must be the same.
     *
     * @throws RefusedException what differs
     */
    static void checkSame(SavepointManifest savepoint, Pipeline plan) {
        if (!plan.name().equals(savepoint.pipeline())) {
            throw new RefusedException("savepoint '" + savepoint.name() + "' is of pipeline '" + savepoint.pipeline()
                    + "', and the file defines '" + plan.name() + "'");
        }
        // Not the one in the manifest: another version of Weirflow may have counted otherwise.
        String fingerprint = PlanCodec.fingerprint(savepoint.plan());
        PlanUpgrade upgrade = PlanUpgrade.of(savepoint.plan(), plan);
        if (PlanCodec.fingerprint(upgrade.plan()).equals(fingerprint)) {
            return;
        }
        String differ = upgrade.changes().stream()
                .filter(change -> change.kind() != Kind.KEPT)
                .map(change ->
                        "'" + change.stage() + "' (" + change.kind().name().toLowerCase(Locale.ROOT)
                                + (change.reason().isEmpty() ? "" : ": " + change.reason()) + ")")
                .collect(Collectors.joining(", "));
        throw new RefusedException("savepoint '" + savepoint.name() + "' is of another version of the pipeline ("
                + fingerprint + "); what differs: "
                + (differ.isEmpty() ? "nothing but names" : differ)
                + ". Restore it without a file, or with the one that ran when it was taken; then apply this one");
    }

    /** Returns the folder that a request names, or the savepoint's own. */
    static String baseDir(RoutingContext request, SavepointManifest savepoint) {
        List<String> given = request.queryParam("base_dir");
        return given.isEmpty() || given.get(0).isBlank() ? savepoint.baseDir() : given.get(0);
    }
}
