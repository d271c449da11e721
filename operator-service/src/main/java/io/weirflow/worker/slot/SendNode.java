package io.weirflow.worker.slot;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.bytes.Hash64;
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.codegen.RowMapper;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Sends rows to the slots of another stage: rows with equal keys to one slot. */
final class SendNode implements Node {

    private final StepSpec.Send send;
    private final SlotOutputs outputs;
    private final RowCodec codec;
    private final ByteWriter bytes = new ByteWriter(256);
    private final int targetSlots;
    private final int forwardTo;
    private final @Nullable Key key;
    private final StepMetrics metrics;

    private record Key(RowMapper mapper, RowCodec codec, MutableRow row, ByteWriter bytes) {}

    SendNode(
            Step step,
            StepSpec.Send send,
            int targetSlots,
            int ownPartition,
            SlotOutputs outputs,
            ExpressionCompiler compiler,
            StepMetrics metrics) {
        this.send = send;
        this.outputs = outputs;
        this.codec = new RowCodec(step.inputType());
        this.targetSlots = targetSlots;
        this.forwardTo = ownPartition % targetSlots;
        this.metrics = metrics;
        this.key = send.partitioning() instanceof StepSpec.Partitioning.ByKey byKey
                ? compileKey(byKey.keys(), compiler)
                : null;
    }

    private static Key compileKey(List<Expr> keys, ExpressionCompiler compiler) {
        List<String> names =
                IntStream.range(0, keys.size()).mapToObj(i -> "key" + i).toList();
        RowCodec keyCodec = new RowCodec(new Projection(names, keys).rowType());
        return new Key(compiler.mapper(keys), keyCodec, new MutableRow(keys.size()), new ByteWriter(64));
    }

    @Override
    public void accept(Row row, long eventTimeMs) {
        metrics.in();
        bytes.reset();
        codec.write(row, bytes);
        int partition = key == null ? forwardTo : slotOf(key, row);
        outputs.add(send.stage(), partition, send.port(), eventTimeMs, bytes.array(), bytes.size());
    }

    private int slotOf(Key by, Row row) {
        try {
            by.row().clear();
            by.mapper().map(row, by.row());
        } catch (RowException e) {
            throw new IllegalStateException("the key of a row cannot be computed: " + e.getMessage(), e);
        }
        by.bytes().reset();
        by.codec().write(by.row(), by.bytes());
        return Hash64.slotOf(by.bytes().array(), by.bytes().size(), targetSlots);
    }
}
