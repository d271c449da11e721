package io.weirflow.worker.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.testkit.seed.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random chains of filters and projections, fused, against the same steps one by one. */
final class ChainDifferentialTest {

    private static final RowType TYPE = RandomExpressions.rowType();
    private static final int FAILED = -1;
    private static final int CHAINS = 12;
    private static final int ROWS = 40;

    private final ExpressionCompiler single = new ExpressionCompiler();
    private final ChainCompiler compiler = new ChainCompiler();

    /** What became of a row: how many steps it has passed, or -1, and the boxed values of the last one's row. */
    private record Outcome(int passed, List<@Nullable Object> values) {}

    /** A step, compiled by itself. */
    private sealed interface Compiled {
        record Where(RowPredicate predicate) implements Compiled {}

        record Select(RowMapper mapper) implements Compiled {}
    }

    @Seeded(seeds = 60)
    void fusedStepsDoWhatTheyDoOneByOne(long seed) {
        RandomExpressions random = new RandomExpressions(seed);
        Random shape = new Random(seed);
        int fused = 0;
        int failed = 0;
        int dropped = 0;
        int passed = 0;
        for (int chain = 0; chain < CHAINS; chain++) {
            List<StepSpec> steps = chain(random, shape);
            Optional<FusedSteps> code = compiler.fuse(TYPE.size(), steps);
            if (code.isEmpty()) {
                continue;
            }
            fused++;
            List<Compiled> compiled = steps.stream().map(this::compile).toList();
            for (int i = 0; i < ROWS; i++) {
                MutableRow row = random.row();
                Outcome expected = oneByOne(compiled, row);
                Outcome actual = fused(code.get(), steps, row);
                assertThat(agree(expected, actual))
                        .as("seed %d: %s over %s: one by one %s, fused %s", seed, steps, row, expected, actual)
                        .isTrue();
                failed += expected.passed() == FAILED ? 1 : 0;
                dropped += expected.passed() >= 0 && expected.passed() < steps.size() ? 1 : 0;
                passed += expected.passed() == steps.size() ? 1 : 0;
            }
        }
        assertThat(fused).as("chains that were fused").isGreaterThan(CHAINS / 2);
        assertThat(List.of(failed, dropped, passed)).as("a fair mix").allMatch(count -> count > 5);
    }

    /** A projection that makes nothing new costs nothing, however long the chain. */
    @Test
    void hundredsOfStepsThatOnlyNameColumnsFit() throws RowException {
        List<Expr> swapped = IntStream.range(0, TYPE.size())
                .mapToObj(i -> column(i == 4 ? 5 : i == 5 ? 4 : i))
                .toList();
        List<StepSpec> steps = IntStream.range(0, 201)
                .mapToObj(i -> (StepSpec) new StepSpec.Project(projection(swapped)))
                .toList();
        FusedSteps code = compiler.fuse(TYPE.size(), steps).orElseThrow();
        MutableRow row = new RandomExpressions(1).row();
        row.setLong(4, 44);
        row.setLong(5, 55);
        MutableRow out = new MutableRow(TYPE.size());
        assertThat(code.run(row, out)).isEqualTo(201);
        assertThat(List.of(out.getLong(4), out.getLong(5))).containsExactly(55L, 44L);
    }

    @Test
    void whatIsTooLargeForOneMethodIsNotFused() {
        Expr sum = column(5);
        for (int i = 0; i < 80; i++) {
            sum = new Expr.Call(Function.PLUS, List.of(sum, column(5)), Scalar.BIGINT, false);
        }
        StepSpec where = new StepSpec.Filter(
                new Expr.Call(Function.NE, List.of(sum, Expr.Literal.of(0)), Scalar.BOOLEAN, false));
        assertThat(compiler.fuse(TYPE.size(), List.of(where))).isPresent();
        assertThat(compiler.fuse(TYPE.size(), List.of(where, where, where, where)))
                .isEmpty();
    }

    private static List<StepSpec> chain(RandomExpressions random, Random shape) {
        List<StepSpec> steps = new ArrayList<>();
        for (int i = shape.nextInt(5); i >= 0; i--) {
            steps.add(
                    shape.nextInt(3) == 0
                            ? new StepSpec.Filter(random.expression(Scalar.BOOLEAN, 1 + shape.nextInt(2)))
                            : new StepSpec.Project(projection(random, shape)));
        }
        return steps;
    }

    /** Makes rows of the type that it takes, so that random expressions fit every step. */
    private static Projection projection(RandomExpressions random, Random shape) {
        List<Expr> expressions = new ArrayList<>();
        for (int i = 0; i < TYPE.size(); i++) {
            DataType type = TYPE.column(i).type();
            boolean required = !TYPE.column(i).nullable();
            if (i == TYPE.size() - 1) {
                expressions.add(column(i));
            } else if (shape.nextInt(5) > 0) {
                expressions.add(column(required || shape.nextBoolean() ? i | 1 : i));
            } else if (required) {
                Expr value = random.expression(type, shape.nextInt(2));
                expressions.add(new Expr.Call(Function.COALESCE, List.of(value, column(i)), type, false));
            } else {
                expressions.add(random.expression(type, shape.nextInt(3)));
            }
        }
        return projection(expressions);
    }

    private static Projection projection(List<Expr> expressions) {
        List<String> names =
                IntStream.range(0, expressions.size()).mapToObj(i -> "c" + i).toList();
        return new Projection(names, expressions);
    }

    private static Expr column(int index) {
        return new Expr.ColumnRef(
                index, TYPE.column(index).type(), TYPE.column(index).nullable());
    }

    private Compiled compile(StepSpec step) {
        if (step instanceof StepSpec.Filter filter) {
            return new Compiled.Where(single.predicate(filter.condition()));
        }
        StepSpec.Project project = (StepSpec.Project) step;
        return new Compiled.Select(single.mapper(project.projection().expressions()));
    }

    private static Outcome oneByOne(List<Compiled> steps, MutableRow row) {
        Row at = row;
        int passed = 0;
        try {
            for (Compiled step : steps) {
                if (step instanceof Compiled.Where where && !where.predicate().test(at)) {
                    return new Outcome(passed, List.of());
                } else if (step instanceof Compiled.Select select) {
                    MutableRow made = new MutableRow(TYPE.size());
                    select.mapper().map(at, made);
                    at = made;
                }
                passed++;
            }
        } catch (RowException e) {
            return new Outcome(FAILED, List.of());
        }
        return new Outcome(passed, values(at));
    }

    private static Outcome fused(FusedSteps code, List<StepSpec> steps, MutableRow row) {
        boolean projects = steps.stream().anyMatch(StepSpec.Project.class::isInstance);
        MutableRow out = new MutableRow(TYPE.size());
        try {
            int passed = code.run(row, out);
            return new Outcome(passed, passed < steps.size() ? List.of() : values(projects ? out : row));
        } catch (RowException e) {
            return new Outcome(FAILED, List.of());
        }
    }

    private static List<@Nullable Object> values(Row row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < TYPE.size(); i++) {
            values.add(Values.get(row, i, TYPE.column(i).type()));
        }
        return values;
    }

    private static boolean agree(Outcome expected, Outcome actual) {
        return expected.passed() == actual.passed()
                && expected.values().size() == actual.values().size()
                && IntStream.range(0, expected.values().size())
                        .allMatch(i -> Objects.equals(
                                expected.values().get(i), actual.values().get(i)));
    }
}
