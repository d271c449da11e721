package io.weirflow.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Changes in the binary form of RocksDB's {@code WriteBatch}, made on the heap and handed over in one call: a native call for each key costs
 * more than the rest of the way of that key into the batch.
 *
 * <p>The form is that of RocksDB's write-ahead log, and so persistent ({@code db/write_batch.cc}): a sequence number (8 bytes) and the number of
 * records (4 bytes), little-endian; then for each record its type, and key and value, each after its length as a varint. RocksDB takes an array as a whole, so what is left of it is made
 * a record of the type that is for logs only, which is neither counted nor applied.
 */
final class RocksDbBatch {

    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
    private static final byte DELETE = 0;
    private static final byte PUT = 1;
    private static final byte LOG_DATA = 3;
    private static final int LONGEST_VARINT_BYTES = 5;

    /** The type, and two lengths of up to five bytes. */
    private static final int MAX_RECORD_OVERHEAD_BYTES = 11;

    private static final byte[] NO_BYTES = {};

    private byte[] bytes;
    private int length = HEADER_BYTES;
    private int count;

    /** An empty batch. */
    RocksDbBatch() {
        bytes = new byte[256];
    }

    /** An empty batch with room for a delta and for {@code extraBytes} of keys and values beside it. */
    RocksDbBatch(BatchBuffers buffers, Delta delta, int extraBytes) {
        bytes = buffers.take(Math.toIntExact(
                HEADER_BYTES + delta.bytes() + (delta.size() + 1L) * MAX_RECORD_OVERHEAD_BYTES + extraBytes));
        Arrays.fill(bytes, 0, HEADER_BYTES, (byte) 0);
    }

    /** A batch of a delta, with room for {@code extraBytes} of keys and values that are added later. */
    static RocksDbBatch of(BatchBuffers buffers, Delta delta, int extraBytes) {
        RocksDbBatch batch = new RocksDbBatch(buffers, delta, extraBytes);
        for (Change change : delta) {
            batch.add(change);
        }
        return batch;
    }

    int count() {
        return count;
    }

    int length() {
        return length;
    }

    void add(Change change) {
        int keyLength = change.keyLength();
        int valueLength = change.valueLength();
        begin(keyLength, valueLength);
        change.copyKey(bytes, length);
        length += keyLength;
        if (valueLength >= 0) {
            writeVarint(valueLength);
            change.copyValue(bytes, length);
            length += valueLength;
        }
    }

    void put(byte[] key, byte[] value) {
        begin(key.length, value.length);
        write(key);
        writeVarint(value.length);
        write(value);
    }

    void delete(byte[] key) {
        begin(key.length, -1);
        write(key);
    }

    /** @param valueLength below 0 for a deletion */
    private void begin(int keyLength, int valueLength) {
        ensure(MAX_RECORD_OVERHEAD_BYTES + keyLength + Math.max(0, valueLength));
        bytes[length++] = valueLength < 0 ? DELETE : PUT;
        writeVarint(keyLength);
        count++;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            byte[] larger = new byte[Math.max(Math.addExact(length, more), bytes.length + (bytes.length >> 1))];
            System.arraycopy(bytes, 0, larger, 0, length);
            bytes = larger;
        }
    }

    private void writeVarint(int value) {
        int rest = value;
        while (rest > 0x7F) {
            bytes[length++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    private void write(byte[] part) {
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
    }

    void writeTo(RocksDB db, WriteOptions options) throws RocksDBException {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(Long.BYTES, count);
        try (WriteBatch batch = new WriteBatch(filledUp())) {
            db.write(options, batch);
        }
    }

    private byte[] filledUp() {
        int left = bytes.length - length - 1 - LONGEST_VARINT_BYTES;
        if (left < 0) {
            return Arrays.copyOf(bytes, length);
        }
        int at = length;
        bytes[at++] = LOG_DATA;
        for (int i = 1; i < LONGEST_VARINT_BYTES; i++) {
            bytes[at++] = (byte) (left & 0x7F | 0x80);
            left >>>= 7;
        }
        bytes[at] = (byte) left;
        return bytes;
    }

    /** Gives the memory up. From here on it is of no use. */
    void release(BatchBuffers buffers) {
        buffers.giveBack(bytes);
        bytes = NO_BYTES;
    }
}
