package io.weirflow.language.plan;

import io.weirflow.language.check.CheckedPipeline.Ref;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The outputs of entries that were placed. One that is made by several stages has several flows. */
final class Outputs {

    private final Map<Ref, List<Flow>> flows = new LinkedHashMap<>();
    private final Map<Ref, List<Flow>> keep = new LinkedHashMap<>();
    private final Set<Ref> used = new HashSet<>();

    void add(Ref ref, Flow flow) {
        flows.computeIfAbsent(ref, missing -> new ArrayList<>()).add(flow);
    }

    /** Adds errors or late rows. @param expected whether there may be any; if not they need no place of their own */
    void addSide(Ref ref, Flow flow, boolean expected) {
        add(ref, flow);
        if (expected) {
            keep.computeIfAbsent(ref, missing -> new ArrayList<>()).add(flow);
        }
    }

    /** Returns the flows of an output, which is then in use: those that may have rows, if any may. */
    List<Flow> use(Ref ref) {
        used.add(ref);
        List<Flow> all = flows.getOrDefault(ref, List.of());
        return List.copyOf(keep.getOrDefault(ref, all));
    }

    /** Returns the errors and late rows that nothing uses, by their names, in the order in which they came about. */
    Map<String, List<Flow>> unusedSideOutputs() {
        Map<String, List<Flow>> unused = new LinkedHashMap<>();
        keep.forEach((ref, made) -> {
            if (!used.contains(ref)) {
                unused.put(ref.text(), List.copyOf(made));
            }
        });
        return unused;
    }
}
