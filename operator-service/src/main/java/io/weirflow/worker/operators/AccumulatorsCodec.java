package io.weirflow.worker.operators;

import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.aggregate.Accumulators;
import io.weirflow.worker.aggregate.Aggregator;

/** The bytes of accumulators, as their aggregator writes them. */
final class AccumulatorsCodec implements WriteBackCache.ValueCodec<Accumulators> {

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
}
