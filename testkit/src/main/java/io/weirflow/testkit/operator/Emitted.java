package io.weirflow.testkit.operator;

import io.weirflow.api.row.Row;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that an operator emitted, or is expected to. */
public sealed interface Emitted {

    /**
     * A row of the main output.
     *
     * @param values boxed as {@link DataType} says
     */
    record Result(long timeMs, List<@Nullable Object> values) implements Emitted {
        public Result {
            values = normal(values);
        }
    }

    /** A row of the input that went to the late stream. */
    record Late(long timeMs, List<@Nullable Object> values) implements Emitted {
        public Late {
            values = normal(values);
        }
    }

    /** A row of the errors stream; the row itself is not compared. */
    record Failure(String reason) implements Emitted {}

    /** Returns a row of the main output, of boxed values; whole numbers may be Integer or Long. */
    static Emitted result(long timeMs, @Nullable Object... values) {
        return new Result(timeMs, list(values));
    }

    /** Returns a row of the late stream. */
    static Emitted late(long timeMs, @Nullable Object... values) {
        return new Late(timeMs, list(values));
    }

    /** Returns a row of the errors stream. */
    static Emitted error(String reason) {
        return new Failure(reason);
    }

    /** Returns the boxed values of a row. */
    static List<@Nullable Object> values(RowType type, Row row) {
        if (row.size() != type.size()) {
            throw new AssertionError("a row of " + row.size() + " columns where there should be " + type.sql());
        }
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < type.size(); i++) {
            DataType columnType = type.column(i).type();
            Object value = Values.get(row, i, columnType);
            if (value == null && !type.column(i).nullable()) {
                throw new AssertionError(
                        "column '" + type.column(i).name() + "' is NULL, which " + type.sql() + " forbids");
            }
            values.add(value);
        }
        return values;
    }

    private static List<@Nullable Object> list(@Nullable Object[] values) {
        List<@Nullable Object> list = new ArrayList<>();
        Collections.addAll(list, values);
        return list;
    }

    /** Whole numbers as Long and bytes by content, so that values compare. */
    private static List<@Nullable Object> normal(List<@Nullable Object> values) {
        List<@Nullable Object> normal = new ArrayList<>();
        for (Object value : values) {
            if (value instanceof Integer number) {
                normal.add(number.longValue());
            } else if (value instanceof byte[] bytes) {
                normal.add(ByteBuffer.wrap(bytes.clone()));
            } else {
                normal.add(value);
            }
        }
        return Collections.unmodifiableList(normal);
    }
}
