package io.weirflow.worker.call;

import io.weirflow.api.connector.Options;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.id.CallId;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A step that asks about users, in order of their names or in none. */
final class CallFixture {

    static final RowType INPUT =
            RowType.of(Column.required("user", Scalar.VARCHAR), Column.of("amount", Scalar.BIGINT));
    static final RowType RESULT = RowType.of(Column.of("score", Scalar.DOUBLE), Column.of("reason", Scalar.VARCHAR));
    static final RowType OUTPUT = RowType.of(
            Column.required("user", Scalar.VARCHAR),
            Column.of("amount", Scalar.BIGINT),
            Column.of("score", Scalar.DOUBLE),
            Column.of("reason", Scalar.VARCHAR));
    static final int STEP = 3;

    private CallFixture() {}

    static StepSpec.Call spec(boolean keyed, boolean nulls, int retries, int maxInFlight, long cacheTtlMs) {
        return new StepSpec.Call(
                "http",
                Options.NONE,
                keyed ? List.of(0) : List.of(),
                RESULT,
                1_000,
                retries,
                maxInFlight,
                nulls,
                cacheTtlMs,
                cacheTtlMs == 0 ? 0 : 2);
    }

    static Step step(StepSpec.Call spec) {
        return new Step(STEP, "scored", List.of(new Upstream.FromPort(0, Tag.MAIN)), INPUT, OUTPUT, spec);
    }

    /** Returns the call of the row at an offset. */
    static CallId call(long offset) {
        return new CallId(STEP, offset, 0);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
