package io.weirflow.connectors.file;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Positions in a partition of files, as one growing long: from the left the index of the file within the partition (12 bits), a tag of
 * the file's name (11 bits), the offset of the byte in the decompressed file (40 bits).
 *
 * <p>The tag is there to notice that another file has taken an index since the position was given, as happens when files are added or
 * removed between two runs. It cannot notice every such change, but a wrong guess is found with a probability of 2047 in 2048.
 */
final class Positions {

    static final int MAX_FILES = 1 << 12;
    static final long MAX_OFFSET = (1L << 40) - 1;

    private static final int OFFSET_BITS = 40;
    private static final int INDEX_SHIFT = 51;
    private static final long TAG_MASK = (1L << 11) - 1;

    private Positions() {}

    static long of(int fileIndex, String fileName, long offset) {
        return (long) fileIndex << INDEX_SHIFT | tag(fileName) << OFFSET_BITS | offset;
    }

    static int fileIndex(long position) {
        return (int) (position >>> INDEX_SHIFT);
    }

    static long offset(long position) {
        return position & MAX_OFFSET;
    }

    /** Returns whether the position may be one of a file of this name. */
    static boolean isOf(long position, String fileName) {
        return (position >>> OFFSET_BITS & TAG_MASK) == tag(fileName);
    }

    private static long tag(String fileName) {
        CRC32 crc = new CRC32();
        crc.update(fileName.getBytes(StandardCharsets.UTF_8));
        return crc.getValue() & TAG_MASK;
    }
}
