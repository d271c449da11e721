package io.weirflow.language.check;

import io.weirflow.api.definition.PipelineDefinition;
import io.weirflow.api.definition.SinkDefinition;
import io.weirflow.api.definition.StageDefinition;
import io.weirflow.api.definition.StreamDefinition;
import io.weirflow.api.definition.Text;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.language.check.CheckedPipeline.Ref;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Suggestions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who feeds whom, by {@code from}. */
final class EntryGraph {

    private final PipelineDefinition definition;
    private final Problems problems;
    private final Map<String, StreamDefinition> streams = new LinkedHashMap<>();
    private final Map<String, StageDefinition> stages = new LinkedHashMap<>();
    /** Stages of circles that were reported. */
    private final Set<String> inCycle = new HashSet<>();

    EntryGraph(PipelineDefinition definition, Problems problems) {
        this.definition = definition;
        this.problems = problems;
        definition.streams().forEach(stream -> streams.putIfAbsent(stream.name().value(), stream));
        definition.stages().forEach(stage -> stages.putIfAbsent(stage.name().value(), stage));
    }

    /**
     * Resolves {@code from} and reports what it cannot.
     *
     * @return fewer than were written when some are wrong
     */
    List<Ref> inputs(List<Text> from, String owner) {
        List<Ref> refs = new ArrayList<>();
        for (Text text : from) {
            Ref ref = resolve(text, owner);
            if (ref == null) {
                continue;
            }
            if (refs.contains(ref)) {
                problems.add(
                        ProblemCode.DUPLICATE_NAME,
                        text.place(),
                        "'" + ref.text() + "' is given twice in from of " + owner);
            } else {
                refs.add(ref);
            }
        }
        return refs;
    }

    private @Nullable Ref resolve(Text raw, String owner) {
        String text = raw.value();
        Ref ref = parse(text);
        StreamDefinition stream = streams.get(ref.entry());
        StageDefinition stage = stages.get(ref.entry());
        if (stream == null && stage == null) {
            problems.add(
                    ProblemCode.UNKNOWN_ENTRY,
                    raw.place(),
                    "'" + text + "' in from of " + owner + " is no stream or stage",
                    Suggestions.nearest(text, outputs()));
            return null;
        }
        if (!exists(ref, stream, stage)) {
            String why = ref.tag() == Tag.LATE ? "has no window of time" : "stops on errors";
            problems.add(
                    ProblemCode.UNKNOWN_ENTRY,
                    raw.place(),
                    "there is no stream '" + text + "' for " + owner + ": '" + ref.entry() + "' " + why);
            return null;
        }
        return ref;
    }

    private static Ref parse(String text) {
        if (text.endsWith(".errors")) {
            return new Ref(text.substring(0, text.length() - ".errors".length()), Tag.ERRORS);
        }
        if (text.endsWith(".late")) {
            return new Ref(text.substring(0, text.length() - ".late".length()), Tag.LATE);
        }
        return new Ref(text, Tag.MAIN);
    }

    private static boolean exists(Ref ref, @Nullable StreamDefinition stream, @Nullable StageDefinition stage) {
        if (ref.tag() == Tag.LATE) {
            return stage != null && StageChecker.hasLate(stage);
        }
        boolean failing = stream != null
                && stream.onError() != null
                && stream.onError().value().equals("fail");
        return ref.tag() == Tag.MAIN || !failing;
    }

    private List<String> outputs() {
        List<String> outputs = new ArrayList<>();
        for (String stream : streams.keySet()) {
            outputs.add(stream);
            outputs.add(stream + ".errors");
        }
        for (Map.Entry<String, StageDefinition> stage : stages.entrySet()) {
            outputs.add(stage.getKey());
            outputs.add(stage.getKey() + ".errors");
            if (StageChecker.hasLate(stage.getValue())) {
                outputs.add(stage.getKey() + ".late");
            }
        }
        return outputs;
    }

    /** Returns the stages so that inputs come before their users, else as written; circles are reported. */
    List<StageDefinition> stagesInOrder() {
        Map<String, StageDefinition> ordered = new LinkedHashMap<>();
        Set<String> done = new HashSet<>();
        for (StageDefinition stage : stages.values()) {
            visit(stage, new LinkedHashSet<>(), done, ordered);
        }
        List<StageDefinition> result = new ArrayList<>(ordered.values());
        // Two of one name were reported; the second is checked all the same.
        for (StageDefinition stage : definition.stages()) {
            if (!stage.equals(stages.get(stage.name().value()))) {
                result.add(stage);
            }
        }
        return result;
    }

    /** Depth-first with a stack of its own: a long chain of stages must not overflow the thread's. */
    private void visit(StageDefinition root, Set<String> path, Set<String> done, Map<String, StageDefinition> ordered) {
        Deque<String> stack = new ArrayDeque<>();
        stack.push(root.name().value());
        while (!stack.isEmpty()) {
            String name = stack.peek();
            StageDefinition stage = stages.get(name);
            if (stage == null || done.contains(name)) {
                stack.pop();
                continue;
            }
            if (!path.add(name)) {
                stack.pop();
                path.remove(name);
                done.add(name);
                ordered.put(name, stage);
                continue;
            }
            for (String input : feeders(stage.from())) {
                if (path.contains(input)) {
                    reportCycle(stage, input, path);
                } else if (!done.contains(input)) {
                    stack.push(input);
                }
            }
        }
    }

    private void reportCycle(StageDefinition stage, String input, Set<String> path) {
        List<String> names = new ArrayList<>(path);
        List<String> cycle = names.subList(names.indexOf(input), names.size());
        if (inCycle.addAll(cycle)) {
            List<String> shown = new ArrayList<>(cycle);
            shown.add(input);
            problems.add(
                    ProblemCode.CYCLE,
                    stage.name().place(),
                    "stages feed each other in a circle: " + String.join(" <- ", shown));
        }
    }

    private List<String> feeders(List<Text> from) {
        return from.stream().map(text -> parse(text.value()).entry()).toList();
    }

    /** Returns the names of streams and stages from which rows reach a sink. */
    Set<String> reachSinks() {
        Map<String, List<String>> feeders = new HashMap<>();
        stages.forEach((name, stage) -> feeders.put(name, feeders(stage.from())));
        Deque<String> open = new ArrayDeque<>();
        for (SinkDefinition sink : definition.sinks()) {
            open.addAll(feeders(sink.from()));
        }
        Set<String> reached = new HashSet<>();
        while (!open.isEmpty()) {
            String name = open.pop();
            if (reached.add(name)) {
                open.addAll(feeders.getOrDefault(name, List.of()));
            }
        }
        return reached;
    }
}
