package io.weirflow.examples.bank;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType.Scalar;

/**
 * Adds a column {@code balance}, what the account holds after each movement, and {@code movement}, which counts them from 1. Keyed by account; takes
 * {@code account}, {@code transfer} and {@code amount}, all BIGINT.
 *
 * <p>A movement that would take the balance out of the range of BIGINT goes to the errors stream.
 */
public final class RunningBalance implements Operator {

    private final MutableRow result = new MutableRow(5);
    private ValueState balances;
    private ValueState movements;
    private int account;
    private int transfer;
    private int amount;

    @Override
    public void open(OperatorContext context) {
        balances = context.value("balance", Scalar.BIGINT);
        movements = context.value("movements", Scalar.BIGINT);
        account = context.inputType().indexOf("account");
        transfer = context.inputType().indexOf("transfer");
        amount = context.inputType().indexOf("amount");
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        long balance = sum(balances.getLong(0), row.getLong(amount));
        long movement = movements.getLong(0) + 1;
        balances.set(balance);
        movements.set(movement);
        result.setLong(0, row.getLong(account));
        result.setLong(1, movement);
        result.setLong(2, row.getLong(transfer));
        result.setLong(3, row.getLong(amount));
        result.setLong(4, balance);
        out.emit(result, eventTimeMs);
    }

    private static long sum(long balance, long change) throws RowException {
        try {
            return Math.addExact(balance, change);
        } catch (ArithmeticException e) {
            throw new RowException("the balance would leave the range of BIGINT");
        }
    }
}
