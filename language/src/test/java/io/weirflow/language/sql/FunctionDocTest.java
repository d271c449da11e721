package io.weirflow.language.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

/** docs/FUNCTIONS.md has every function and code, and its examples compile; every constant of the plan can be reached. */
class FunctionDocTest {
    private static final Path DOC = Path.of("..", "docs", "FUNCTIONS.md");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final SqlCompiler compiler = new SqlCompiler();

    @Test
    void everyFunctionIsInTheDocAndNoOther() throws IOException {
        Set<String> known = new TreeSet<>(Functions.names());
        known.addAll(AggregateRules.names());
        known.addAll(Set.of("CASE", "CAST", "TRY_CAST"));
        Set<String> documented = new TreeSet<>();
        for (List<String> row : rows(true)) {
            codesIn(row.get(0)).forEach(documented::add);
        }
        assertThat(documented).isEqualTo(known);
    }

    @Test
    void everyCodeIsInTheDoc() throws IOException {
        String doc = Files.readString(DOC);
        for (ProblemCode code : ProblemCode.values()) {
            assertThat(doc).contains("| " + code.code() + " |");
        }
    }

    @Test
    void examplesCompileAndReachEveryFunction() throws IOException {
        Set<Function> functions = EnumSet.noneOf(Function.class);
        Set<AggregateFunction> aggregates = EnumSet.noneOf(AggregateFunction.class);
        List<List<String>> rows = rows(false);
        assertThat(rows).hasSizeGreaterThan(100);
        for (List<String> row : rows) {
            String example = codesIn(row.get(3)).get(0);
            SqlResult<GroupSelect> group = compiler.group(List.of(), Map.of("x", example), TestRows.ROW, true);
            if (group instanceof SqlResult.Ok<GroupSelect> ok) {
                ok.value().aggregates().stream().map(AggregateCall::function).forEach(aggregates::add);
            } else {
                add(example, functions);
            }
        }
        for (Arguments arguments : Tables.read("/sql/expressions.txt")) {
            add((String) arguments.get()[0], functions);
        }
        assertThat(functions).containsExactlyInAnyOrder(Function.values());
        assertThat(aggregates).containsExactlyInAnyOrder(AggregateFunction.values());
    }

    private void add(String sql, Set<Function> functions) {
        SqlResult<Expr> result = compiler.scalar(sql, TestRows.ROW);
        assertThat(result).as(sql).isInstanceOf(SqlResult.Ok.class);
        collect(((SqlResult.Ok<Expr>) result).value(), functions);
    }

    private static void collect(Expr expr, Set<Function> functions) {
        if (expr instanceof Expr.Call call) {
            functions.add(call.function());
            call.arguments().forEach(argument -> collect(argument, functions));
        } else if (expr instanceof Expr.Cast cast) {
            collect(cast.operand(), functions);
        } else if (expr instanceof Expr.Field field) {
            collect(field.row(), functions);
        } else if (expr instanceof Expr.Case choice) {
            choice.branches().forEach(branch -> collect(branch.condition(), functions));
        }
    }

    /** The rows of the tables with four columns; of functions alone, or of operators too. */
    private static List<List<String>> rows(boolean functionsOnly) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        String header = "";
        for (String line : Files.readAllLines(DOC)) {
            String[] cells = line.split("(?<!\\\\)\\|", -1);
            if (cells.length != 6) {
                header = "";
            } else if (header.isEmpty()) {
                header = cells[1].strip();
            } else if (!line.startsWith("|---") && !(functionsOnly && header.equals("operator"))) {
                rows.add(List.of(cells).subList(1, 5).stream()
                        .map(cell -> cell.strip().replace("\\|", "|"))
                        .toList());
            }
        }
        return rows;
    }

    private static List<String> codesIn(String cell) {
        return CODE.matcher(cell).results().map(match -> match.group(1)).toList();
    }
}
