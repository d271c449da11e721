package io.weirflow.examples.bank;

import static io.weirflow.testkit.operator.Emitted.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.connector.Options;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.testkit.operator.OperatorKit;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VelocityCheckTest {

    private static final RowType INPUT =
            RowType.of(Column.required("account", Scalar.BIGINT), Column.required("amount", Scalar.BIGINT));
    private static final RowType OUTPUT = RowType.of(
            Column.required("account", Scalar.BIGINT),
            Column.required("first_at", Scalar.TIMESTAMP),
            Column.required("last_at", Scalar.TIMESTAMP),
            Column.required("payments", Scalar.BIGINT),
            Column.required("paid", Scalar.BIGINT));

    /** Three payments within a second. */
    private static OperatorKit kit() {
        return OperatorKit.of(VelocityCheck::new, INPUT, OUTPUT)
                .keyBy("account")
                .config(new Options(Map.of("payments", 3L, "within_ms", 1_000L)));
    }

    @Test
    void findsABurstAcrossTheBorderOfAClockWindow() {
        kit().row(700, 1, 10).row(900, 1, 20).row(1_699, 1, 30).end().expect(result(1_699, 1, 700, 1_699, 3, 60));
    }

    @Test
    void paymentsASpanApartDoNotCountTogether() {
        kit().row(700, 1, 10).row(900, 1, 20).row(1_700, 1, 30).end().expect();
    }

    @Test
    void accountsAreApart() {
        kit().row(1, 1, 10).row(2, 2, 10).row(3, 1, 10).row(4, 2, 10).end().expect();
    }

    @Test
    void countsAnewAfterABurst() {
        kit().row(1, 1, 10)
                .row(2, 1, 10)
                .row(3, 1, 10)
                .row(4, 1, 10)
                .row(5, 1, 10)
                .end()
                .expect(result(3, 1, 1, 3, 3, 30));
    }

    @Test
    void takesPaymentsOutOfOrder() {
        kit().row(300, 1, 3).row(100, 1, 1).row(200, 1, 2).end().expect(result(300, 1, 100, 300, 3, 6));
    }

    @Test
    void keepsNothingOfAnAccountThatHasBeenSilent() {
        OperatorKit.Outcome outcome =
                kit().row(100, 1, 10).row(200, 1, 10).watermark(1_200).run();
        assertThat(outcome.stateEntries()).isZero();
    }

    @Test
    void refusesAConfigurationThatMakesNoSense() {
        OperatorKit kit = kit().config(new Options(Map.of("payments", 1L)));
        assertThatThrownBy(() -> kit.row(1, 1, 10).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("payments");
    }
}
