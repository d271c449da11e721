package io.weirflow.benchmarks.flink;

import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;

/** Records as they are. */
final class Bytes extends AbstractDeserializationSchema<byte[]> implements SerializationSchema<byte[]> {

    private static final long serialVersionUID = 1;

    @Override
    public byte[] deserialize(byte[] message) {
        return message;
    }

    @Override
    public byte[] serialize(byte[] element) {
        return element;
    }
}
