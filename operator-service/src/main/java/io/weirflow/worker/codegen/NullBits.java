package io.weirflow.worker.codegen;

import io.weirflow.api.type.RowType;

/** Where the binary form of a row type says which columns are NULL. */
record NullBits(int[] bitOfColumn, int bytes) {

    static NullBits of(RowType type) {
        int[] bits = new int[type.size()];
        int next = 0;
        for (int i = 0; i < bits.length; i++) {
            bits[i] = type.column(i).nullable() ? next++ : -1;
        }
        return new NullBits(bits, (next + 7) >> 3);
    }

    boolean nullable(int column) {
        return bitOfColumn[column] >= 0;
    }

    /** Returns which of the bytes holds the column's bit. */
    int byteOf(int column) {
        return bitOfColumn[column] >> 3;
    }

    /** Returns the column's bit in that byte, as the signed byte that it makes. */
    int mask(int column) {
        return (byte) (1 << (bitOfColumn[column] & 7));
    }
}
