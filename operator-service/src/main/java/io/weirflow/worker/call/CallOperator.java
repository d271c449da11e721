package io.weirflow.worker.call;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.format.JsonFormat;
import io.weirflow.protocol.id.CallId;
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.worker.connect.JsonRows;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each row until the result of its call has come through the log, and lets it go on with the columns of the answer (rule R8). It asks nobody:
 * that is the {@link CallDesk}'s, whose work leaves no trace here but by results in the inbox. So what comes out depends on the log alone, in
 * which the first result of a call counts.
 *
 * <p>Rows of one key go on in the order in which they came, and the next one is asked about when the one before has its result. Others overtake
 * them.
 */
public final class CallOperator implements Operator, HoldsBack {

    private final StepSpec.Call spec;
    private final int step;
    private final RowType inputType;
    private final Supplier<CallId> ids;
    private final int[] keyColumns;
    private final RowCodec keyCodec;
    private final MutableRow key;
    private final RowCodec rowCodec;
    private final RowDecoder decoder;
    private final JsonRows json;
    private final MutableRow answer;
    private final MutableRow output;
    private @Nullable OperatorContext context;
    private @Nullable WaitingRows rows;

    /** @param ids gives the call of the row that is being processed its name */
    public CallOperator(Step step, StepSpec.Call spec, Supplier<CallId> ids) {
        this.spec = spec;
        this.step = step.stateId();
        this.inputType = step.inputType();
        this.ids = ids;
        this.keyColumns = spec.keyColumns().stream().mapToInt(Integer::intValue).toArray();
        this.keyCodec = new RowCodec(
                RowType.of(spec.keyColumns().stream().map(inputType::column).toList()));
        this.key = new MutableRow(keyColumns.length);
        this.rowCodec = new RowCodec(inputType);
        this.decoder = new JsonFormat()
                .decoder(
                        Options.NONE,
                        spec.result(),
                        IntStream.range(0, spec.result().size()).boxed().toList());
        this.json = new JsonRows(inputType);
        this.answer = new MutableRow(spec.result().size());
        this.output = new MutableRow(inputType.size() + spec.result().size());
    }

    @Override
    public void open(OperatorContext newContext) {
        context = newContext;
        rows = new WaitingRows(step, keyColumns.length > 0, newContext);
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) {
        rows().add(new WaitingRows.Waiting(
                ids.get(), context().watermarkMs(), eventTimeMs, keyOf(row), rowCodec.toBytes(row)));
    }

    private byte[] keyOf(Row row) {
        for (int i = 0; i < keyColumns.length; i++) {
            key.setFrom(i, row, keyColumns[i], inputType.column(keyColumns[i]).type());
        }
        return keyCodec.toBytes(key);
    }

    /**
     * A result has come through the log.
     *
     * @return whether a row went on with it; not so when an earlier result of the call did
     */
    public boolean answered(CallId call, boolean failed, byte[] bytes, Output out) {
        WaitingRows.Waiting one = rows().take(call);
        if (one == null) {
            return false;
        }
        MutableRow row = rowCodec.fromBytes(one.row());
        String problem = failed ? new String(bytes, StandardCharsets.UTF_8) : decode(bytes);
        if (problem == null) {
            emit(row, answer, one.eventTimeMs(), out);
        } else if (spec.nullOnError()) {
            answer.clear();
            emit(row, answer, one.eventTimeMs(), out);
        } else {
            out.emitError(json.render(row), "the call of " + spec.connector() + " has failed: " + problem);
        }
        return true;
    }

    /** Returns what is wrong with the answer, or null. */
    private @Nullable String decode(byte[] bytes) {
        answer.clear();
        try {
            return decoder.decode(bytes, 0, bytes.length, answer) ? null : "the answer is empty";
        } catch (DecodeException e) {
            return "the answer cannot be read: " + e.getMessage();
        }
    }

    private void emit(Row row, Row result, long eventTimeMs, Output out) {
        output.clear();
        for (int i = 0; i < inputType.size(); i++) {
            output.setFrom(i, row, i, inputType.column(i).type());
        }
        for (int i = 0; i < spec.result().size(); i++) {
            output.setFrom(
                    inputType.size() + i, result, i, spec.result().column(i).type());
        }
        out.emit(output, eventTimeMs);
    }

    @Override
    public long heldMs() {
        return rows().heldMs();
    }

    /** Returns how many rows wait. */
    long waiting() {
        return rows().count();
    }

    /** Returns the next row to ask about, see {@link WaitingRows#nextToAsk}. */
    WaitingRows.@Nullable Waiting nextToAsk() {
        return rows().nextToAsk();
    }

    /** Returns a row that waits. */
    Row rowOf(WaitingRows.Waiting one) {
        return rowCodec.fromBytes(one.row());
    }

    @Override
    public void beforeCheckpoint() {
        rows().writeBack();
    }

    private WaitingRows rows() {
        if (rows == null) {
            throw new IllegalStateException("the operator is not open");
        }
        return rows;
    }

    private OperatorContext context() {
        if (context == null) {
            throw new IllegalStateException("the operator is not open");
        }
        return context;
    }
}
