package io.weirflow.benchmarks.nemesis;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A run, for people and for programs. */
final class NemesisReport {

    private static final int FORMAT = 1;

    private NemesisReport() {}

    static String text(NemesisSettings settings, Outcome outcome) {
        StringBuilder text = new StringBuilder("\n");
        text.append(String.format(
                Locale.ROOT,
                "%d faults in %.0f s, seed %d: %s%n",
                outcome.faults().size(),
                outcome.seconds(),
                settings.seed(),
                joined(kinds(outcome))));
        text.append("went in and came out: ").append(joined(outcome.counts())).append('\n');
        outcome.troubles()
                .forEach(trouble -> text.append("trouble: ").append(trouble).append('\n'));
        outcome.examples().forEach(violation -> text.append(violation).append('\n'));
        text.append("verdict: ");
        if (outcome.clean()) {
            text.append("nothing lost, doubled, torn or out of order\n");
        } else {
            text.append("WRONG: ")
                    .append(joined(outcome.violations()))
                    .append(
                            outcome.troubles().isEmpty()
                                    ? ""
                                    : " troubles " + outcome.troubles().size())
                    .append('\n');
        }
        return text.toString();
    }

    private static Map<String, Long> kinds(Outcome outcome) {
        return outcome.faults().stream()
                .collect(Collectors.groupingBy(Outcome.Done::kind, TreeMap::new, Collectors.counting()));
    }

    private static String joined(Map<?, Long> counts) {
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey().toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    static String json(NemesisSettings settings, Outcome outcome) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("format", FORMAT)
                .put("seed", settings.seed())
                .put("engine", settings.engine().toString())
                .put("guarantee", settings.guarantee().toString())
                .put("workers", settings.workers())
                .put("seconds", outcome.seconds())
                .put("clean", outcome.clean());
        ObjectNode counts = root.putObject("counts");
        outcome.counts().forEach(counts::put);
        ObjectNode kinds = root.putObject("kinds");
        kinds(outcome).forEach(kinds::put);
        ObjectNode violations = root.putObject("violations");
        outcome.violations().forEach((kind, count) -> violations.put(kind.name(), count));
        ArrayNode examples = root.putArray("examples");
        outcome.examples().forEach(violation -> examples.add(violation.toString()));
        ArrayNode troubles = root.putArray("troubles");
        outcome.troubles().forEach(troubles::add);
        ArrayNode faults = root.putArray("faults");
        outcome.faults()
                .forEach(fault -> faults.addObject()
                        .put("number", fault.number())
                        .put("at_s", fault.atSeconds())
                        .put("until_s", fault.untilSeconds())
                        .put("kind", fault.kind())
                        .put("what", fault.what()));
        return root.toPrettyString() + '\n';
    }
}
