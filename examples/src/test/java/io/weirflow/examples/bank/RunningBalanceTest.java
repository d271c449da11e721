package io.weirflow.examples.bank;

import static io.weirflow.testkit.operator.Emitted.error;
import static io.weirflow.testkit.operator.Emitted.result;

import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.testkit.operator.OperatorKit;
import org.junit.jupiter.api.Test;

final class RunningBalanceTest {

    private static final RowType INPUT = RowType.of(
            Column.required("transfer", Scalar.BIGINT),
            Column.required("account", Scalar.BIGINT),
            Column.required("amount", Scalar.BIGINT));
    private static final RowType OUTPUT = RowType.of(
            Column.required("account", Scalar.BIGINT),
            Column.required("movement", Scalar.BIGINT),
            Column.required("transfer", Scalar.BIGINT),
            Column.required("amount", Scalar.BIGINT),
            Column.required("balance", Scalar.BIGINT));

    private static OperatorKit kit() {
        return OperatorKit.of(RunningBalance::new, INPUT, OUTPUT).keyBy("account");
    }

    @Test
    void eachAccountHasABalanceOfItsOwn() {
        kit().row(10, 1, 100, -30)
                .row(10, 1, 200, 30)
                .row(20, 2, 100, -5)
                .row(15, 3, 100, 50)
                .end()
                .expect(
                        result(10, 100, 1, 1, -30, -30),
                        result(10, 200, 1, 1, 30, 30),
                        result(20, 100, 2, 2, -5, -35),
                        result(15, 100, 3, 3, 50, 15));
    }

    @Test
    void aMovementOutOfRangeIsAnErrorAndChangesNothing() {
        kit().row(10, 1, 100, Long.MAX_VALUE)
                .row(11, 2, 100, 1)
                .row(12, 3, 100, -1)
                .end()
                .expect(
                        result(10, 100, 1, 1, Long.MAX_VALUE, Long.MAX_VALUE),
                        error("the balance would leave the range of BIGINT"),
                        result(12, 100, 2, 3, -1, Long.MAX_VALUE - 1));
    }
}
