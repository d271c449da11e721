package io.weirflow.worker.operators;

import io.weirflow.api.operator.RowException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.aggregate.Accumulators;
import io.weirflow.worker.aggregate.Aggregator;

/** The bytes of accumulators and their parts, as their aggregator has them. */
final class AccumulatorsCodec
        implements WriteBackCache.ValueCodec<Accumulators>, WriteBackCache.PartMerger<Accumulators> {

    private final Aggregator aggregator;

    AccumulatorsCodec(Aggregator aggregator) {
        this.aggregator = aggregator;
    }

    @Override
    public void write(Accumulators value, ByteWriter out) {
        aggregator.write(value, out);
    }

    @Override
    public Accumulators read(ByteReader in) {
        return aggregator.read(in);
    }

    @Override
    public boolean isSmall(Accumulators value) {
        return aggregator.isSmall(value);
    }

    @Override
    public void merge(Accumulators before, Accumulators part) {
        try {
            aggregator.merge(before, part);
        } catch (RowException e) {
            throw new IllegalStateException("the parts of a group do not fit together", e);
        }
    }
}
