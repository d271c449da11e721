package io.weirflow.language.plan;

import io.weirflow.api.expr.Projection;
import io.weirflow.api.pipeline.StepSpec;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Follows the columns by which rows are partitioned through a step. Only columns that are carried through unchanged count. */
final class Partitions {

    private Partitions() {}

    /** Returns the columns of the step's output by which it is partitioned, given those of its input. */
    static Optional<Set<Integer>> after(StepSpec spec, Optional<Set<Integer>> input) {
        if (input.isEmpty() || input.get().isEmpty()) {
            return input;
        }
        Set<Integer> columns = input.get();
        if (spec instanceof StepSpec.Filter || spec instanceof StepSpec.Call) {
            // The columns of an answer stand behind those of the row.
            return input;
        }
        if (spec instanceof StepSpec.Project project) {
            return throughProjection(project.projection(), columns);
        }
        if (spec instanceof StepSpec.WindowAggregate aggregate) {
            return throughKeys(aggregate, columns);
        }
        if (spec instanceof StepSpec.Alert alert) {
            return throughAlert(alert, columns);
        }
        return Optional.empty();
    }

    private static Optional<Set<Integer>> throughProjection(Projection projection, Set<Integer> columns) {
        Set<Integer> mapped = new HashSet<>();
        for (int column : columns) {
            int place = indexOf(projection, column);
            if (place < 0) {
                return Optional.empty();
            }
            mapped.add(place);
        }
        return Optional.of(mapped);
    }

    private static Optional<Set<Integer>> throughKeys(StepSpec.WindowAggregate aggregate, Set<Integer> columns) {
        Set<Integer> inner = new HashSet<>();
        for (int column : columns) {
            int key = ExprColumns.indexOf(aggregate.keys(), column);
            if (key < 0) {
                return Optional.empty();
            }
            inner.add(key);
        }
        return throughProjection(aggregate.result(), inner);
    }

    /** The key columns follow the alert's id and name. */
    private static Optional<Set<Integer>> throughAlert(StepSpec.Alert alert, Set<Integer> columns) {
        Set<Integer> mapped = new HashSet<>();
        for (int column : columns) {
            int key = alert.keyColumns().indexOf(column);
            if (key < 0) {
                return Optional.empty();
            }
            mapped.add(2 + key);
        }
        return Optional.of(mapped);
    }

    private static int indexOf(Projection projection, int column) {
        return ExprColumns.indexOf(projection.expressions(), column);
    }
}
