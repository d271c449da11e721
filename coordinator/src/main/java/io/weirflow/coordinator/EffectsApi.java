package io.weirflow.coordinator;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weirflow.coordinator.UnknownEffects.Listed;
import java.time.Instant;
import java.util.List;

/** What a coordinator answers about effects of which nobody knows whether they have happened. Any thread. */
final class EffectsApi {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private EffectsApi() {}

    /**
     * Returns how many a request wants.
     *
     * @param given what stands for {@code limit} in its query
     * @throws IllegalArgumentException when that is no such number
     */
    static int limit(List<String> given) {
        if (given.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        String text = given.get(0);
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MAX_LIMIT) {
            throw new IllegalArgumentException("limit is a number from 1 to " + MAX_LIMIT + ", not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    /** Answers with the newest. */
    static JsonObject newest(UnknownEffects effects, String pipeline, int limit) {
        JsonArray all = new JsonArray();
        effects.newest(pipeline, limit).forEach(one -> all.add(json(one)));
        return new JsonObject().put("pipeline", pipeline).put("effects", all);
    }

    private static JsonObject json(Listed one) {
        JsonObject json = new JsonObject()
                .put("listed_at", Instant.ofEpochMilli(one.listedAtMs()).toString());
        try {
            return json.mergeIn(new JsonObject(one.json()));
        } catch (DecodeException | ClassCastException e) {
            // Whoever else writes to the topic must not hide what is in it.
            return json.put("reason", "not a record of a worker's: " + one.json());
        }
    }
}
