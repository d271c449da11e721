package io.weirflow.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Looks through the record headers of RocksDB's manifests and write-ahead logs for record types that only recycled logs have, which this
 * store never uses. RocksDB 10.1 does not come back from opening when one flipped bit makes a record look recycled; everything else it
 * finds itself.
 *
 * <p>The format: blocks of 32 KiB; in a block, records of checksum (4 bytes), length (2, little-endian), type (1) and content; a record never
 * crosses a block, and what is left of a block is zero.
 */
final class RocksDbLogs {

    private static final int BLOCK_BYTES = 32 << 10;
    private static final int HEADER_BYTES = 7;
    private static final int LENGTH_AT = 4;
    private static final int TYPE_AT = 6;

    private RocksDbLogs() {}

    /**
     * Checks one file.
     *
     * @throws StateCorruptException when a record is of a type that cannot be
     */
    static void check(Path directory, Path file) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            boolean more = true;
            while (more) {
                block.clear();
                more = fill(channel, block);
                block.flip();
                if (hasRecycledRecord(block)) {
                    throw new StateCorruptException(
                            directory, "a record of " + file.getFileName() + " has a wrong type");
                }
            }
        }
    }

    private static boolean fill(FileChannel channel, ByteBuffer block) throws IOException {
        while (block.hasRemaining()) {
            if (channel.read(block) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasRecycledRecord(ByteBuffer block) {
        int at = 0;
        while (at + HEADER_BYTES <= block.limit()) {
            if (isRecycled(block.get(at + TYPE_AT) & 0xff)) {
                return true;
            }
            at += HEADER_BYTES + (block.getShort(at + LENGTH_AT) & 0xffff);
        }
        return false;
    }

    /** The numbers are those of {@code db/log_format.h}: recyclable full, first, middle, last; timestamp sizes; predecessor. */
    private static boolean isRecycled(int type) {
        return (type >= 5 && type <= 8) || type == 11 || type == 131;
    }
}
