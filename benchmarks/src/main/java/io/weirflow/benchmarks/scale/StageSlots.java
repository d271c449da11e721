package io.weirflow.benchmarks.scale;

import com.fasterxml.jackson.databind.JsonNode;
import io.weirflow.benchmarks.engine.Services;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The slots of one stage, as the coordinator shows them at each call. */
final class StageSlots {

    private final Services services;
    private final String pipeline;
    private final String stage;
    private final int slots;

    StageSlots(Services services, String pipeline, String stage, int slots) {
        this.services = services;
        this.pipeline = pipeline;
        this.stage = stage;
        this.slots = slots;
    }

    /** Returns the name of the worker that has each slot. */
    Map<Integer, String> owners() {
        Map<Integer, String> owners = new TreeMap<>();
        for (JsonNode slot : services.pipeline(pipeline).path("slots")) {
            if (isOfStage(slot)) {
                owners.put(
                        slot.path("partition").asInt(),
                        slot.path("owner").asText().replaceAll("#.*", ""));
            }
        }
        return owners;
    }

    /** Returns the name of the worker that has most slots. */
    static String mostLoaded(Map<Integer, String> owners) {
        return count(owners).entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
    }

    private static Map<String, Integer> count(Map<Integer, String> owners) {
        Map<String, Integer> counts = new HashMap<>();
        owners.values().forEach(owner -> counts.merge(owner, 1, Integer::sum));
        return counts;
    }

    /** Whether the slots are open on so many workers, evenly, and nothing is on its way. */
    boolean spread(int workers) {
        Map<String, Integer> counts = count(owners());
        return counts.size() == workers
                && counts.values().stream().allMatch(count -> count == slots / workers)
                && all(slot -> isOpen(slot) && !slot.path("revoked").asBoolean());
    }

    /** Whether all slots are open, none of them on this worker. */
    boolean runWithout(String worker) {
        return !owners().containsValue(worker) && all(StageSlots::isOpen);
    }

    /** Whether all slots run this version of the stage. */
    boolean runVersion(int version) {
        return all(slot -> isRunning(slot) && slot.path("stageVersion").asInt() == version);
    }

    /** Whether every slot has one standby that has nothing to read. */
    boolean standbysAreClose() {
        return all(slot -> slot.path("followers").size() == 1
                && slot.path("followers").get(0).path("lag").asLong(-1) == 0);
    }

    private static boolean isRunning(JsonNode slot) {
        return slot.path("status").asText().equals("Running");
    }

    private static boolean isOpen(JsonNode slot) {
        return isRunning(slot) && slot.path("checkpoint").asLong(-1) >= 0;
    }

    private boolean isOfStage(JsonNode slot) {
        return slot.path("stage").asText().equals(stage);
    }

    private boolean all(Predicate<JsonNode> condition) {
        int found = 0;
        for (JsonNode slot : services.pipeline(pipeline).path("slots")) {
            if (isOfStage(slot)) {
                if (!condition.test(slot)) {
                    return false;
                }
                found++;
            }
        }
        return found == slots;
    }
}
