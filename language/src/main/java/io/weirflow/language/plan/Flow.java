package io.weirflow.language.plan;

import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.type.RowType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rows inside a stage that is being planned.
 *
 * @param stage id of the stage
 * @param upstreams outputs of its steps or ports; together they are the rows
 * @param rowType the columns, the same of all upstreams
 * @param partitionedBy indexes of columns: rows that are equal in them are in one slot. Empty set: all rows are in one slot; empty
 *     optional: nothing is known
 */
record Flow(int stage, List<Upstream> upstreams, RowType rowType, Optional<Set<Integer>> partitionedBy) {

    Flow {
        upstreams = List.copyOf(upstreams);
    }

    /** Returns whether rows with equal keys are in one slot already: they are equal in every part of the key, too. */
    boolean meets(List<Integer> key) {
        return partitionedBy.isPresent() && key.containsAll(partitionedBy.get());
    }
}
