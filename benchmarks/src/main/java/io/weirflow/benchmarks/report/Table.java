package io.weirflow.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Shows results as tables in Markdown. */
public final class Table {

    private static final String SUBJECT = "weirflow";

    private Table() {}

    /** Returns the table of a case, with a line per engine. */
    public static String render(CaseResult result) {
        Set<String> figures = new LinkedHashSet<>();
        result.samples().forEach(sample -> figures.addAll(sample.figures().keySet()));
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("engine"));
        head.addAll(figures);
        result.compared().forEach(figure -> head.add(SUBJECT + " is better by (" + figure + ")"));
        rows.add(head);
        for (String engine : result.engines()) {
            List<String> row = new ArrayList<>(List.of(engine));
            for (String figure : figures) {
                row.add(result.figure(engine, figure).map(Table::figure).orElse(""));
            }
            for (String figure : result.compared()) {
                row.add(
                        engine.equals(SUBJECT)
                                ? ""
                                : result.ratio(SUBJECT, engine, figure)
                                        .map(Table::ratio)
                                        .orElse("–"));
            }
            rows.add(row);
        }
        StringBuilder text = new StringBuilder("### " + result.id() + ". " + result.title() + "\n\n");
        render(rows, text);
        result.failures()
                .forEach(failure -> text.append("\nFAILED ").append(failure).append('\n'));
        return text.toString();
    }

    /** Returns the table of the targets; empty when there are none. */
    public static String render(List<Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            return "";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("case", "target", "wanted", "measured", ""));
        for (Outcome outcome : outcomes) {
            rows.add(List.of(
                    outcome.caseId(),
                    outcome.what(),
                    (outcome.atLeast() ? "≥ " : "≤ ") + number(outcome.limit(), outcome.limit()),
                    outcome.measured()
                            .map(spread -> spread(spread, outcome.limit()))
                            .orElse("not measured"),
                    outcome.met().map(met -> met ? "ok" : "**missed**").orElse("")));
        }
        StringBuilder text = new StringBuilder("### Targets\n\n");
        render(rows, text);
        return text.toString();
    }

    private static String spread(Spread spread, double like) {
        return number(spread.median(), like) + " (" + number(spread.min(), like) + "–" + number(spread.max(), like)
                + ")";
    }

    /** With digits behind the point as a limit of this size needs them. */
    private static String number(double value, double like) {
        return String.format(Locale.ROOT, like < 20 ? "%.2f" : "%,.0f", value);
    }

    private static void render(List<List<String>> rows, StringBuilder text) {
        int columns = rows.get(0).size();
        for (int line = 0; line < rows.size(); line++) {
            text.append("| ").append(String.join(" | ", rows.get(line))).append(" |\n");
            if (line == 0) {
                text.append("|---".repeat(columns)).append("|\n");
            }
        }
    }

    private static String figure(Spread spread) {
        return number(spread.median()) + " (" + number(spread.min()) + "–" + number(spread.max()) + ")";
    }

    private static String ratio(Spread spread) {
        return String.format(Locale.ROOT, "**%.2f ×** (%.2f–%.2f)", spread.median(), spread.min(), spread.max());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%,.2f" : value < 100 ? "%,.1f" : "%,.0f", value);
    }
}
