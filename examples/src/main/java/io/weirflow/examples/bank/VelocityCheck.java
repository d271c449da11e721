package io.weirflow.examples.bank;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds accounts that pay too often: one row when {@code payments} payments of an account lie within {@code within_ms} of event time, whatever the
 * windows of a clock. Then it counts anew, so that a burst gives one row and not a row for each further payment. Keyed by account; takes
 * {@code account} and {@code amount}, both BIGINT.
 *
 * <p>Configuration: {@code payments} (2 or more, default 5), {@code within_ms} (default 60000).
 *
 * <p>State of an account: the times and amounts of its payments that may still count, so at most {@code payments} − 1 of them; a timer removes
 * it when the last has become too old.
 */
public final class VelocityCheck implements Operator {

    private static final DataType LONGS = new DataType.Array(Scalar.BIGINT);

    private final MutableRow result = new MutableRow(5);
    private OperatorContext context;
    private ValueState times;
    private ValueState amounts;
    private long payments;
    private long withinMs;
    private int account;
    private int amount;

    @Override
    public void open(OperatorContext opened) {
        context = opened;
        payments = opened.config().number("payments", 5);
        withinMs = opened.config().number("within_ms", 60_000);
        if (payments < 2 || withinMs < 1) {
            throw new IllegalArgumentException("'payments' must be 2 or more and 'within_ms' 1 or more");
        }
        times = opened.value("times", LONGS);
        amounts = opened.value("amounts", LONGS);
        account = opened.inputType().indexOf("account");
        amount = opened.inputType().indexOf("amount");
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) {
        List<Long> recentTimes = longs(times);
        List<Long> recentAmounts = longs(amounts);
        int place = placeOf(recentTimes, eventTimeMs);
        recentTimes.add(place, eventTimeMs);
        recentAmounts.add(place, row.getLong(amount));
        dropOld(recentTimes, recentAmounts);
        if (recentTimes.size() == payments) {
            long first = recentTimes.get(0);
            long last = recentTimes.get(recentTimes.size() - 1);
            emit(row.getLong(account), first, last, recentAmounts, out);
            recentTimes.clear();
            recentAmounts.clear();
        }
        keep(recentTimes, recentAmounts);
    }

    @Override
    public void onTimer(long timeMs, Output out) {
        List<Long> recent = longs(times);
        if (!recent.isEmpty() && recent.get(recent.size() - 1) + withinMs <= timeMs) {
            times.set(null);
            amounts.set(null);
        }
    }

    /** Rows may come in another order than that of their times. */
    private static int placeOf(List<Long> sorted, long timeMs) {
        int place = sorted.size();
        while (place > 0 && sorted.get(place - 1) > timeMs) {
            place--;
        }
        return place;
    }

    /** Keeps what is less than the span away from the newest. */
    private void dropOld(List<Long> sorted, List<Long> alongside) {
        long newest = sorted.get(sorted.size() - 1);
        while (newest - sorted.get(0) >= withinMs) {
            sorted.remove(0);
            alongside.remove(0);
        }
    }

    private void emit(long accountId, long firstMs, long lastMs, List<Long> spent, Output out) {
        result.setLong(0, accountId);
        result.setLong(1, firstMs);
        result.setLong(2, lastMs);
        result.setLong(3, spent.size());
        result.setLong(4, spent.stream().mapToLong(Long::longValue).sum());
        out.emit(result, lastMs);
    }

    private void keep(List<Long> recentTimes, List<Long> recentAmounts) {
        times.set(recentTimes.isEmpty() ? null : recentTimes);
        amounts.set(recentAmounts.isEmpty() ? null : recentAmounts);
        if (!recentTimes.isEmpty()) {
            context.timers().set(recentTimes.get(recentTimes.size() - 1) + withinMs);
        }
    }

    private static List<Long> longs(ValueState state) {
        List<Long> copy = new ArrayList<>();
        if (state.get() instanceof List<?> held) {
            held.forEach(element -> copy.add((Long) element));
        }
        return copy;
    }
}
