package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.PartitionReader.Handler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** What a batch hands over, and the arrays in which it lies. */
final class Collecting implements Handler {

    final List<Long> offsets = new ArrayList<>();
    final List<Long> timestampsMs = new ArrayList<>();
    final List<byte[]> values = new ArrayList<>();
    final List<String> malformed = new ArrayList<>();
    final Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());

    @Override
    public void record(long position, long nextPosition, long timestampMs, byte[] bytes, int offset, int length) {
        take(position, nextPosition, timestampMs, bytes, offset, length);
    }

    @Override
    public void malformed(
            long position, long nextPosition, long timestampMs, byte[] bytes, int offset, int length, String reason) {
        take(position, nextPosition, timestampMs, bytes, offset, length);
        malformed.add(reason);
    }

    private void take(long position, long nextPosition, long timestampMs, byte[] bytes, int offset, int length) {
        if (nextPosition != position + 1) {
            throw new AssertionError("offset " + position + " is followed by " + nextPosition);
        }
        offsets.add(position);
        timestampsMs.add(timestampMs);
        values.add(Arrays.copyOfRange(bytes, offset, offset + length));
        arrays.add(bytes);
    }
}
