package io.weirflow.worker.slot;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.bytes.Hash64;
import io.weirflow.worker.codegen.CodecCompiler;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.codegen.RowMapper;
import io.weirflow.worker.codegen.RowWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Sends rows to the slots of another stage: rows with equal keys to one slot. */
final class SendNode implements Node {

    private final StepSpec.Send send;
    private final SlotOutputs outputs;
    private final RowWriter writer;
    private final int targetSlots;
    private final int forwardTo;
    private final @Nullable Key key;
    private final ByteWriter keyBytes = new ByteWriter(64);
    private final StepMetrics metrics;

    /** @param mapper makes the row of the key; null when the key's columns are the row's, and {@code writer} takes them from there */
    private record Key(@Nullable RowMapper mapper, MutableRow row, RowWriter writer) {}

    SendNode(
            Step step,
            StepSpec.Send send,
            int targetSlots,
            int ownPartition,
            SlotOutputs outputs,
            ExpressionCompiler compiler,
            StepMetrics metrics) {
        CodecCompiler codecs = compiler.codecs();
        this.send = send;
        this.outputs = outputs;
        this.writer = codecs.writer(step.inputType());
        this.targetSlots = targetSlots;
        this.forwardTo = ownPartition % targetSlots;
        this.metrics = metrics;
        this.key = send.partitioning() instanceof StepSpec.Partitioning.ByKey byKey
                ? compileKey(byKey.keys(), compiler, codecs)
                : null;
    }

    /** Compiles what such a step needs, for the first slot not to wait for it. */
    static void compile(Step step, StepSpec.Send send, ExpressionCompiler compiler) {
        RowWriter unused = compiler.codecs().writer(step.inputType());
        if (send.partitioning() instanceof StepSpec.Partitioning.ByKey byKey) {
            Key unusedKey = compileKey(byKey.keys(), compiler, compiler.codecs());
        }
    }

    private static Key compileKey(List<Expr> keys, ExpressionCompiler compiler, CodecCompiler codecs) {
        List<String> names =
                IntStream.range(0, keys.size()).mapToObj(i -> "key" + i).toList();
        RowType type = new Projection(names, keys).rowType();
        MutableRow row = new MutableRow(keys.size());
        if (keys.stream().allMatch(Expr.ColumnRef.class::isInstance)) {
            int[] columns = keys.stream()
                    .mapToInt(key -> ((Expr.ColumnRef) key).index())
                    .toArray();
            return new Key(null, row, codecs.writer(type, columns));
        }
        return new Key(compiler.mapper(keys), row, codecs.writer(type));
    }

    @Override
    public void accept(Row row, long eventTimeMs) {
        metrics.in();
        int partition = key == null ? forwardTo : slotOf(key, row);
        writer.write(row, outputs.begin(send.stage(), partition, send.port(), eventTimeMs));
        outputs.end();
    }

    private int slotOf(Key by, Row row) {
        keyBytes.reset();
        by.writer().write(by.mapper() == null ? row : keyOf(by.mapper(), by.row(), row), keyBytes);
        return Hash64.slotOf(keyBytes.array(), keyBytes.size(), targetSlots);
    }

    private static Row keyOf(RowMapper mapper, MutableRow key, Row row) {
        try {
            mapper.map(row, key);
            return key;
        } catch (RowException e) {
            throw new IllegalStateException("the key of a row cannot be computed: " + e.getMessage(), e);
        }
    }
}
