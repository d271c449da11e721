package io.weirflow.cli.it;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.row.Row;
import java.util.List;

/** Passes rows on, and has a bug: it does not expect the numbers that {@code confused_by} lists. */
public final class Picky implements Operator {

    private List<String> confusing = List.of();

    @Override
    public void open(OperatorContext context) {
        confusing = List.of(context.config().text("confused_by").split(","));
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) {
        if (confusing.contains(Long.toString(row.getLong(0)))) {
            throw new IllegalStateException("nobody has told me of " + row.getLong(0));
        }
        out.emit(row, eventTimeMs);
    }
}
