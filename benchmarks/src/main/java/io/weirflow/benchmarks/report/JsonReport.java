package io.weirflow.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Shows results as JSON: every figure of every run, so that others can calculate with them. */
public final class JsonReport {

    private JsonReport() {}

    /**
     * Returns the document.
     *
     * @param atMs when the measurement began, in milliseconds since the epoch
     * @param settings of the run
     * @param outcomes of the targets
     */
    public static String render(
            long atMs,
            Machine machine,
            Map<String, String> settings,
            List<CaseResult> results,
            List<Outcome> outcomes) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        root.put("at", Instant.ofEpochMilli(atMs).toString());
        root.putPOJO("machine", machine);
        root.put("noisy", machine.busy());
        root.putPOJO("settings", settings);
        var cases = root.putArray("cases");
        for (CaseResult result : results) {
            ObjectNode node = cases.addObject();
            node.put("case", result.id());
            node.put("title", result.title());
            node.putPOJO("compared", result.compared());
            node.put("higher_is_better", result.higherIsBetter());
            node.putPOJO("samples", result.samples());
            node.putPOJO("failures", result.failures());
        }
        var targets = root.putArray("targets");
        for (Outcome outcome : outcomes) {
            ObjectNode node = targets.addObject();
            node.put("case", outcome.caseId());
            node.put("target", outcome.what());
            node.put(outcome.atLeast() ? "at_least" : "at_most", outcome.limit());
            outcome.measured().ifPresent(spread -> node.putPOJO("measured", spread));
            outcome.met().ifPresent(met -> node.put("met", met));
        }
        return mapper.valueToTree(root).toPrettyString();
    }
}
