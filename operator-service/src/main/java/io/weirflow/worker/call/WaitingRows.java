package io.weirflow.worker.call;

import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.id.CallId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one step that wait for the result of their call, as state: they survive a restart, and may be many more than fit on the heap, for all
 * rows between a call and its result in the log wait.
 *
 * <p>Implementation: {@code rows} has them by their call, which is the order in which they came. Rows with equal keys form a queue, linked by
 * {@code next}, with its end in {@code last}; only its head may be asked about, and {@code ready} has the heads. Without a key all rows are
 * heads.
 *
 * <p>What has been asked already is known to this life only, see {@link #nextToAsk}. Used by the slot's thread.
 */
final class WaitingRows {

    private static final int VERSION = 1;
    private static final byte[] COUNT = {};
    private static final byte[] PRESENT = {1};
    private static final int READ_AHEAD = 64;

    private final int step;
    private final boolean keyed;
    private final StateTable rows;
    private final StateTable last;
    private final StateTable next;
    private final StateTable ready;
    private final StateTable meta;
    private final Deque<byte[]> toAsk = new ArrayDeque<>();
    private byte @Nullable [] readUpTo;
    private boolean moreToRead = true;
    private byte @Nullable [] oldest;
    private long heldMs = Long.MAX_VALUE;
    private long count;
    private long writtenCount;

    /**
     * A row that waits.
     *
     * @param heldMs the watermark that the step had heard of when it came
     * @param key the columns whose rows keep their order; empty for none
     */
    record Waiting(CallId id, long heldMs, long eventTimeMs, byte[] key, byte[] row) {}

    /** @param keyed whether rows with equal keys keep their order */
    WaitingRows(int step, boolean keyed, OperatorContext context) {
        this.step = step;
        this.keyed = keyed;
        this.rows = context.table("rows");
        this.last = context.table("last");
        this.next = context.table("next");
        this.ready = keyed ? context.table("ready") : rows;
        this.meta = context.table("meta");
        byte[] written = meta.get(COUNT);
        this.writtenCount = written == null ? 0 : new ByteReader(written).readVarLong();
        this.count = writtenCount;
        findOldest(new byte[0]);
    }

    /** Returns how many there are. */
    long count() {
        return count;
    }

    /** Returns the watermark of the moment at which the oldest came; {@link Long#MAX_VALUE} when there are none. */
    long heldMs() {
        return heldMs;
    }

    void add(Waiting one) {
        byte[] id = bytes(one.id());
        rows.put(id, encode(one));
        count++;
        if (keyed) {
            byte[] before = last.get(one.key());
            if (before == null) {
                ready.put(id, PRESENT);
            } else {
                next.put(before, id);
            }
            last.put(one.key(), id);
        }
        if (oldest == null) {
            oldest = id;
            heldMs = one.heldMs();
        }
        moreToRead = true;
    }

    /** Takes a row out, once its result is there; null when it does not wait, or waits for another one of its key. */
    @Nullable
    Waiting take(CallId call) {
        byte[] id = bytes(call);
        byte[] value = rows.get(id);
        if (value == null || ready.get(id) == null) {
            return null;
        }
        Waiting one = decode(id, value);
        rows.delete(id);
        count--;
        if (keyed) {
            ready.delete(id);
            letNextGo(id, one.key());
        }
        if (Arrays.equals(id, oldest)) {
            findOldest(id);
        }
        return one;
    }

    private void letNextGo(byte[] id, byte[] key) {
        byte[] following = next.get(id);
        if (following == null) {
            last.delete(key);
            return;
        }
        next.delete(id);
        ready.put(following, PRESENT);
        if (readUpTo != null && Arrays.compareUnsigned(following, readUpTo) <= 0) {
            toAsk.addFirst(following);
        } else {
            moreToRead = true;
        }
    }

    /** Returns the next row to ask about, the oldest first, each once in this life of the slot; null when there is none. */
    @Nullable
    Waiting nextToAsk() {
        while (true) {
            byte[] id = toAsk.poll();
            if (id == null) {
                if (!readAhead()) {
                    return null;
                }
                continue;
            }
            // Its result may have come since, from another life of the slot.
            byte[] value = rows.get(id);
            if (value != null) {
                return decode(id, value);
            }
        }
    }

    private boolean readAhead() {
        if (!moreToRead) {
            return false;
        }
        byte[] from = readUpTo == null ? new byte[0] : Arrays.copyOf(readUpTo, readUpTo.length + 1);
        try (StateTable.Cursor cursor = ready.scan(from, null)) {
            while (toAsk.size() < READ_AHEAD && cursor.next()) {
                readUpTo = cursor.key();
                toAsk.add(cursor.key());
            }
        }
        moreToRead = toAsk.size() == READ_AHEAD;
        return !toAsk.isEmpty();
    }

    /** Writes what is kept on the heap into the state. */
    void writeBack() {
        if (count == writtenCount) {
            return;
        }
        if (count == 0) {
            meta.delete(COUNT);
        } else {
            ByteWriter out = new ByteWriter(16);
            out.writeVarLong(count);
            meta.put(COUNT, out.toBytes());
        }
        writtenCount = count;
    }

    private void findOldest(byte[] from) {
        oldest = null;
        heldMs = Long.MAX_VALUE;
        try (StateTable.Cursor cursor = rows.scan(from, null)) {
            if (cursor.next()) {
                oldest = cursor.key();
                heldMs = decode(cursor.key(), cursor.value()).heldMs();
            }
        }
    }

    private static byte[] bytes(CallId call) {
        ByteWriter out = new ByteWriter(16);
        out.writeLong(call.offset());
        // Unsigned order of the bytes is the order of the numbers.
        out.writeLong(call.index());
        return out.toBytes();
    }

    private static byte[] encode(Waiting one) {
        ByteWriter out = new ByteWriter(32 + one.key().length + one.row().length);
        out.writeByte(VERSION);
        out.writeZigZag(one.heldMs());
        out.writeZigZag(one.eventTimeMs());
        out.writeBlock(one.key());
        out.writeBlock(one.row());
        return out.toBytes();
    }

    private Waiting decode(byte[] id, byte[] value) {
        ByteReader call = new ByteReader(id);
        ByteReader in = new ByteReader(value);
        int version = in.readByte();
        if (version != VERSION) {
            throw new WireFormatException("a waiting row has version " + version + ", which is not known");
        }
        return new Waiting(
                new CallId(step, call.readLong(), (int) call.readLong()),
                in.readZigZag(),
                in.readZigZag(),
                in.readBlock(),
                in.readBlock());
    }
}
