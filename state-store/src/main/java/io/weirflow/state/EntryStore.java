package io.weirflow.state;

import io.weirflow.protocol.bytes.KeyOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the entries of an {@link Overlay} lie. An entry is a number, from 0 on: what is known of it are eight words in an array of many, and its key
 * and value lie in a {@link ByteArena}. There may be a million of them, which live for as long as a checkpoint takes; as objects of their own they would be
 * most of what a collector has to look at and to move.
 */
final class EntryStore implements EntryOrder.Keys, KeyOrder.Keys {

    // The words of an entry, half a cache line together.
    private static final int WORDS = 8;
    private static final int HASH = 0;

    /** The number of the next entry in its bucket plus one, 0 for none. */
    private static final int NEXT = 1;

    private static final int PLACE_HIGH = 2;
    private static final int PLACE_LOW = 3;
    private static final int KEY_LENGTH = 4;

    /** Below 0: deleted. */
    private static final int VALUE_LENGTH = 5;

    private static final int VALUE_ROOM = 6;

    /** 1 when the layers below hold no value for the key, so deleting it leaves nothing to write. */
    private static final int ABSENT_BELOW = 7;

    static final int ENTRY_BYTES = WORDS * Integer.BYTES;

    private static final int BLOCK_SHIFT = 11;
    private static final int BLOCK_ENTRIES = 1 << BLOCK_SHIFT;
    private static final int FIRST_ENTRIES = 16;

    private int[][] blocks = {new int[FIRST_ENTRIES * WORDS]};
    private final ByteArena bytes = new ByteArena();
    private int size;

    @Override
    public int size() {
        return size;
    }

    /** The room of all keys and values in bytes. */
    long usedBytes() {
        return bytes.usedBytes();
    }

    private int word(int entry, int word) {
        return blocks[entry >>> BLOCK_SHIFT][(entry & BLOCK_ENTRIES - 1) * WORDS + word];
    }

    private void setWord(int entry, int word, int value) {
        blocks[entry >>> BLOCK_SHIFT][(entry & BLOCK_ENTRIES - 1) * WORDS + word] = value;
    }

    private long place(int entry) {
        return (long) word(entry, PLACE_HIGH) << Integer.SIZE | word(entry, PLACE_LOW) & 0xFFFF_FFFFL;
    }

    private void setPlace(int entry, long place) {
        setWord(entry, PLACE_HIGH, (int) (place >>> Integer.SIZE));
        setWord(entry, PLACE_LOW, (int) place);
    }

    private long placeOfValue(int entry) {
        return place(entry) + keyLength(entry);
    }

    int hash(int entry) {
        return word(entry, HASH);
    }

    void setNext(int entry, int next) {
        setWord(entry, NEXT, next);
    }

    @Override
    public int keyLength(int entry) {
        return word(entry, KEY_LENGTH);
    }

    /** Below 0: deleted. */
    int valueLength(int entry) {
        return word(entry, VALUE_LENGTH);
    }

    /** Returns the first of a bucket's entries that has a key; {@link Overlay#NONE} when there is none. */
    int find(int first, byte[] key, int hash) {
        int next = first;
        while (next > 0) {
            int entry = next - 1;
            int[] words = blocks[entry >>> BLOCK_SHIFT];
            int at = (entry & BLOCK_ENTRIES - 1) * WORDS;
            if (words[at + HASH] == hash
                    && words[at + KEY_LENGTH] == key.length
                    && bytes.isAt(words[at + PLACE_HIGH], words[at + PLACE_LOW], key)) {
                return entry;
            }
            next = words[at + NEXT];
        }
        return Overlay.NONE;
    }

    @Override
    public byte[] key(int entry) {
        return bytes.read(place(entry), keyLength(entry));
    }

    /** Returns the value of an entry; null when it is deleted. */
    byte @Nullable [] value(int entry) {
        int length = valueLength(entry);
        return length < 0 ? null : bytes.read(placeOfValue(entry), length);
    }

    /** Whether there is something to write: false for a key that came and went between two freezes. */
    boolean isChange(int entry) {
        return valueLength(entry) >= 0 || word(entry, ABSENT_BELOW) == 0;
    }

    /**
     * Adds an entry and returns its number; both arrays are copied.
     *
     * @param absentBelow whether the layers below hold no value for the key
     * @param value null when it is deleted
     * @param valueLength how much of the array is the value
     */
    int add(byte[] key, int hash, boolean absentBelow, byte @Nullable [] value, int valueLength) {
        int entry = size++;
        makeRoom(entry);
        int room = value == null ? 0 : valueLength;
        long place = bytes.allocate(Math.addExact(key.length, room));
        bytes.write(place, key, key.length);
        if (value != null) {
            bytes.write(place + key.length, value, room);
        }
        setWord(entry, HASH, hash);
        setPlace(entry, place);
        setWord(entry, KEY_LENGTH, key.length);
        setWord(entry, VALUE_LENGTH, value == null ? -1 : room);
        setWord(entry, VALUE_ROOM, room);
        setWord(entry, ABSENT_BELOW, absentBelow ? 1 : 0);
        return entry;
    }

    /** Only the first block grows, so that little state takes little. */
    private void makeRoom(int entry) {
        int block = entry >>> BLOCK_SHIFT;
        if (block == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * block);
        }
        int[] words = blocks[block];
        if (words == null) {
            blocks[block] = new int[BLOCK_ENTRIES * WORDS];
        } else if ((entry & BLOCK_ENTRIES - 1) * WORDS == words.length) {
            blocks[block] = Arrays.copyOf(words, 2 * words.length);
        }
    }

    /** Changes the value of an entry to so much of an array; null deletes it. */
    void setValue(int entry, byte @Nullable [] value, int valueLength) {
        if (value == null) {
            setWord(entry, VALUE_LENGTH, -1);
            return;
        }
        if (valueLength > word(entry, VALUE_ROOM)) {
            move(entry, valueLength);
        }
        bytes.write(placeOfValue(entry), value, valueLength);
        setWord(entry, VALUE_LENGTH, valueLength);
    }

    /** Makes more room for a value: for half as much more at least, so that one that grows bit by bit does not leave many rooms behind. */
    private void move(int entry, int valueLength) {
        int room = word(entry, VALUE_ROOM);
        int larger = Math.max(valueLength, room + (room >> 1));
        byte[] key = key(entry);
        long place = bytes.allocate(Math.addExact(key.length, larger));
        bytes.write(place, key, key.length);
        setPlace(entry, place);
        setWord(entry, VALUE_ROOM, larger);
    }

    @Override
    public int compare(int entry, byte[] key) {
        int from = from(entry);
        return Arrays.compareUnsigned(array(entry), from, from + keyLength(entry), key, 0, key.length);
    }

    @Override
    public byte[] array(int entry) {
        return bytes.array(place(entry));
    }

    @Override
    public int from(int entry) {
        return word(entry, PLACE_LOW);
    }

    /** A change as it lies here, with a namespace in front of its key. */
    final class StoredChange implements Change {
        private final byte[] prefix;
        private int entry;

        StoredChange(byte[] prefix) {
            this.prefix = prefix;
        }

        void show(int shown) {
            entry = shown;
        }

        @Override
        public int keyLength() {
            return prefix.length + EntryStore.this.keyLength(entry);
        }

        @Override
        public int valueLength() {
            return EntryStore.this.valueLength(entry);
        }

        @Override
        public void copyKey(byte[] target, int at) {
            System.arraycopy(prefix, 0, target, at, prefix.length);
            System.arraycopy(array(entry), from(entry), target, at + prefix.length, EntryStore.this.keyLength(entry));
        }

        @Override
        public void copyValue(byte[] target, int at) {
            long place = placeOfValue(entry);
            System.arraycopy(bytes.array(place), ByteArena.from(place), target, at, Math.max(0, valueLength()));
        }
    }
}
