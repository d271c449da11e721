package io.weirflow.protocol.savepoint;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.bytes.Hash64;
import io.weirflow.protocol.frame.ReplayedRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a savepoint. A savepoint is a row of blocks: those of changelogs, those of inboxes, the manifest, the end. Each has a hash over its bytes and
 * all blocks before it, so that none can be damaged, missing, doubled or in another place without being noticed.
 *
 * <pre>
 * file:  "WFSP" · version 1 · block … · end block · position of the manifest's block: 8 bytes · "WFSP"
 * block: kind · length: 4 bytes · payload · XXH64 of kind and payload, seeded with that of the block before: 8 bytes
 * </pre>
 */
public sealed interface SavepointBlock {

    /** A record of a changelog, in its order. @param value null for a deletion */
    record Change(byte[] key, byte @Nullable [] value) {}

    /** Records of the changelog of a slot. */
    record Changes(int stage, int partition, List<Change> changes) implements SavepointBlock {
        public Changes {
            changes = List.copyOf(changes);
        }
    }

    /** Records of the inbox of a slot, with their offsets and times. */
    record InboxRecords(int stage, int partition, List<ReplayedRecord> records) implements SavepointBlock {
        public InboxRecords {
            records = List.copyOf(records);
        }
    }

    /** What it all is. */
    record Manifest(SavepointManifest manifest) implements SavepointBlock {}

    /** Nothing follows. */
    record End() implements SavepointBlock {}

    /** Writes and reads blocks. */
    final class Codec {

        /** What a file begins with, and ends with. */
        public static final int MAGIC = 0x57465350;

        /** Version of the format. */
        public static final int VERSION = 1;

        /** Bytes before the payload of a block. */
        public static final int HEAD_BYTES = 5;

        /** Bytes behind the payload of a block. */
        public static final int HASH_BYTES = 8;

        private static final int CHANGES = 1;
        private static final int INBOX = 2;
        private static final int MANIFEST = 3;
        private static final int END = 4;

        private Codec() {}

        /** Returns the kind of a block, the first byte of its head. */
        public static int kind(SavepointBlock block) {
            if (block instanceof Changes) {
                return CHANGES;
            }
            if (block instanceof InboxRecords) {
                return INBOX;
            }
            return block instanceof Manifest ? MANIFEST : END;
        }

        public static byte[] payload(SavepointBlock block) {
            ByteWriter out = new ByteWriter(1024);
            if (block instanceof Changes changes) {
                place(
                        out,
                        changes.stage(),
                        changes.partition(),
                        changes.changes().size());
                changes.changes().forEach(change -> change(out, change));
            } else if (block instanceof InboxRecords inbox) {
                place(out, inbox.stage(), inbox.partition(), inbox.records().size());
                inbox.records().forEach(one -> out.writeBlock(one.encode()));
            } else if (block instanceof Manifest manifest) {
                return SavepointManifestCodec.encode(manifest.manifest());
            }
            return out.toBytes();
        }

        private static void place(ByteWriter out, int stage, int partition, int count) {
            out.writeVarInt(stage);
            out.writeVarInt(partition);
            out.writeVarInt(count);
        }

        private static void change(ByteWriter out, Change change) {
            out.writeBlock(change.key());
            byte[] value = change.value();
            out.writeByte(value == null ? 0 : 1);
            if (value != null) {
                out.writeBlock(value);
            }
        }

        /** Returns the hash that follows a block's payload. @param before that of the block before, 0 for the first */
        public static long hash(int kind, byte[] payload, long before) {
            return Hash64.of(payload, 0, payload.length, before * 31 + kind);
        }

        /** @throws WireFormatException when it is of a newer version; damage was excluded by its hash */
        public static SavepointBlock read(int kind, byte[] payload) {
            ByteReader in = new ByteReader(payload);
            return switch (kind) {
                case CHANGES -> new Changes(in.readVarInt(), in.readVarInt(), readChanges(in));
                case INBOX -> new InboxRecords(in.readVarInt(), in.readVarInt(), readRecords(in));
                case MANIFEST -> new Manifest(SavepointManifestCodec.decode(payload));
                case END -> new End();
                default ->
                    throw new WireFormatException(
                            "block of kind " + kind + " was written by a newer version of Weirflow");
            };
        }

        private static List<Change> readChanges(ByteReader in) {
            List<Change> changes = new ArrayList<>();
            for (int count = in.readVarInt(); count > 0; count--) {
                byte[] key = in.readBlock();
                changes.add(new Change(key, in.readFlag() ? in.readBlock() : null));
            }
            return changes;
        }

        private static List<ReplayedRecord> readRecords(ByteReader in) {
            List<ReplayedRecord> records = new ArrayList<>();
            for (int count = in.readVarInt(); count > 0; count--) {
                records.add(ReplayedRecord.decode(in.readBlock()));
            }
            return records;
        }
    }
}
