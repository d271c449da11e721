package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.pipeline.StepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The trees of a run of filters and projections, over one numbering of columns: those of the input keep their index, and every expression of a
 * projection gets the next free one. A projection that only names a column gives it no new number.
 */
final class ChainTrees {

    private final Traits traits = new Traits();
    private final List<Part> parts = new ArrayList<>();
    private List<Expr.ColumnRef> columns = List.of();
    private boolean projected;
    private int nextColumn;

    /**
     * What one step evaluates.
     *
     * @param filter whether it is a condition
     * @param trees the condition, or the expressions that define columns
     * @param firstColumn the number of the first column that is defined; the others follow
     */
    record Part(boolean filter, List<Expr> trees, int firstColumn) {}

    /** @param inputColumns how many columns the rows have */
    ChainTrees(int inputColumns) {
        nextColumn = inputColumns;
    }

    /** @throws IllegalArgumentException when it is neither a filter nor a projection */
    void add(StepSpec step) {
        if (step instanceof StepSpec.Filter filter) {
            parts.add(new Part(true, List.of(analysed(filter.condition())), nextColumn));
        } else if (step instanceof StepSpec.Project project) {
            project(project.projection().expressions());
        } else {
            throw new IllegalArgumentException("not a filter or projection: " + step);
        }
    }

    /** Returns what a step evaluates, as it stands in the plan. */
    static Stream<Expr> treesOf(StepSpec step) {
        if (step instanceof StepSpec.Filter filter) {
            return Stream.of(filter.condition());
        }
        return step instanceof StepSpec.Project project ? project.projection().expressions().stream() : Stream.empty();
    }

    private void project(List<Expr> expressions) {
        int first = nextColumn;
        List<Expr> defined = new ArrayList<>();
        List<Expr.ColumnRef> row = new ArrayList<>();
        for (Expr expression : expressions) {
            Expr tree = analysed(expression);
            if (tree instanceof Expr.ColumnRef same) {
                row.add(same);
            } else {
                defined.add(tree);
                Expr.ColumnRef column = new Expr.ColumnRef(nextColumn++, tree.type(), traits.nullable(tree));
                traits.analyse(column);
                row.add(column);
            }
        }
        parts.add(new Part(false, defined, first));
        columns = row;
        projected = true;
    }

    private Expr analysed(Expr expression) {
        Expr tree = WideNodes.split(expression, this::renumbered);
        traits.analyse(tree);
        return tree;
    }

    private Expr.ColumnRef renumbered(Expr.ColumnRef column) {
        return projected ? columns.get(column.index()) : column;
    }

    Traits traits() {
        return traits;
    }

    List<Part> parts() {
        return parts;
    }

    /** Returns the columns of the last projection; none without one. */
    List<Expr.ColumnRef> result() {
        return columns;
    }

    /** Returns all that is evaluated, the result's columns included. */
    List<Expr> all() {
        return Stream.concat(parts.stream().flatMap(part -> part.trees().stream()), columns.stream())
                .toList();
    }

    int weight() {
        return IntStream.concat(all().stream().mapToInt(traits::weight), IntStream.of(parts.size()))
                .sum();
    }
}
