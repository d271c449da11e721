package io.weirflow.connectors.file;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.pipeline.EventTime;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of one partition, one after the other.
 *
 * <p>The buffer holds the record that is being looked for, from {@code start} to {@code end}; {@code scanned} is how far it was
 * searched. A record that outgrows the limit is handed over cut off; the rest of it, up to the next line break, is
 * skipped. Where that is a CSV
 * record whose quote is never closed, only its first line is given up: the quote, not the rest of the file, is what is wrong.
 */
final class FileReader implements PartitionReader {

    /** What is kept of a record that is too large. */
    static final int KEPT_BYTES = 4096;

    /** A poll gives up after so many chunks without a record, lest a huge record keep the caller. */
    private static final int MAX_CHUNKS_PER_POLL = 32;

    private static final RecordEnd LINES = new RecordEnd.Lines();
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /**
     * How files are read.
     *
     * @param header whether a file's first record is a header
     * @param follow whether the last file grows
     * @param maxRecordBytes larger records are malformed
     */
    record Settings(boolean header, boolean follow, int maxRecordBytes) {}

    private final List<Path> files;
    private final Settings settings;
    private final RecordEnd recordEnd;

    private byte[] buffer = new byte[CHUNK_BYTES];
    private int start;
    private int scanned;
    private int end;
    private int fileIndex;
    private @Nullable FileBytes file;
    private boolean headerPending;
    private boolean fileEnded;
    /** Whether the record has outgrown the limit; the buffer then holds its first bytes and the newest ones. */
    private boolean skipping;
    /** How much of the record between those was dropped. */
    private long droppedBytes;

    private long startOffset;
    private long resumeAt;

    FileReader(List<Path> files, Settings settings, RecordEnd recordEnd) {
        this.files = files;
        this.settings = settings;
        this.recordEnd = recordEnd;
    }

    @Override
    public void seek(long position) {
        fileIndex = Positions.fileIndex(position);
        resumeAt = Positions.offset(position);
        if (position == 0 || (fileIndex < files.size() && Positions.isOf(position, name(fileIndex)))) {
            return;
        }
        throw ConnectorException.fatal("file source: the files have changed since the pipeline started: number "
                + fileIndex + " of this partition is now "
                + (fileIndex < files.size() ? files.get(fileIndex) : "missing")
                + ". Put the former files back, or start the pipeline anew");
    }

    private String name(int index) {
        return files.get(index).getFileName().toString();
    }

    @Override
    public int poll(Handler handler, int maxRecords) {
        int count = 0;
        int chunks = 0;
        while (count < maxRecords && chunks < MAX_CHUNKS_PER_POLL && fileIndex < files.size()) {
            if (file == null) {
                openFile();
            }
            Step step = step(handler);
            if (step == Step.NOTHING_YET) {
                return count;
            }
            if (step == Step.FILE_DONE) {
                closeFile();
                fileIndex++;
                resumeAt = 0;
            }
            count += step == Step.RECORD ? 1 : 0;
            chunks += step == Step.FILLED ? 1 : 0;
        }
        return count;
    }

    private enum Step {
        RECORD,
        HEADER,
        FILLED,
        NOTHING_YET,
        FILE_DONE
    }

    private void openFile() {
        FileBytes opened = FileBytes.open(files.get(fileIndex));
        file = opened;
        start = 0;
        scanned = 0;
        end = 0;
        startOffset = 0;
        skipping = false;
        droppedBytes = 0;
        fileEnded = false;
        recordEnd.reset();
        headerPending = settings.header();
        if (resumeAt > 0 && !headerPending) {
            jump(opened);
        }
    }

    /** Goes to where reading resumes, past the header. */
    private void jump(FileBytes opened) {
        long target = resumeAt;
        resumeAt = 0;
        long ahead = target - startOffset;
        if (ahead < 0) {
            throw ConnectorException.fatal("file source: the header of " + files.get(fileIndex)
                    + " has changed since it was read; start the pipeline anew");
        }
        if (ahead <= end - start) {
            start += (int) ahead;
        } else {
            opened.skipTo(target);
            start = 0;
            end = 0;
        }
        scanned = start;
        startOffset = target;
    }

    private Step step(Handler handler) {
        int found = (skipping ? LINES : recordEnd).find(buffer, scanned, end);
        if (found >= 0) {
            return handOver(handler, found, found + 1);
        }
        scanned = end;
        if (end - start > settings.maxRecordBytes()) {
            if (!skipping && recordEnd.insideQuote() && firstLineEnd() >= 0) {
                return giveUpFirstLine(handler, "a quote is not closed within " + settings.maxRecordBytes() + " bytes");
            }
            dropMiddle();
        }
        if (fill()) {
            return Step.FILLED;
        }
        if (settings.follow()) {
            open().checkFollowed();
            return Step.NOTHING_YET;
        }
        return atEnd(handler);
    }

    private FileBytes open() {
        if (file == null) {
            throw new IllegalStateException("no file is open");
        }
        return file;
    }

    private Step atEnd(Handler handler) {
        if (end == start) {
            return Step.FILE_DONE;
        }
        if (!skipping && recordEnd.insideQuote() && firstLineEnd() >= 0) {
            return giveUpFirstLine(handler, "a quote is not closed before the file ends");
        }
        return handOver(handler, end, end);
    }

    /** Makes room in a record that has outgrown the limit. */
    private void dropMiddle() {
        if (headerPending) {
            throw ConnectorException.fatal("file source: the header of " + files.get(fileIndex) + " is longer than "
                    + settings.maxRecordBytes() + " bytes; is it the right delimiter and file?");
        }
        int kept = Math.min(KEPT_BYTES, end - start);
        skipping = true;
        droppedBytes += end - start - kept;
        end = start + kept;
        scanned = end;
    }

    private int firstLineEnd() {
        for (int i = start; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private Step giveUpFirstLine(Handler handler, String reason) {
        if (headerPending) {
            throw ConnectorException.fatal(
                    "file source: the header of " + files.get(fileIndex) + " is malformed: " + reason);
        }
        int lineEnd = firstLineEnd();
        long next = startOffset + lineEnd + 1 - start;
        int length = Math.min(lineEnd - start, settings.maxRecordBytes());
        handler.malformed(at(startOffset), at(next), EventTime.NONE_MS, buffer, start, length, reason);
        advance(lineEnd + 1, next);
        return Step.RECORD;
    }

    /** Hands over the record that ends before {@code contentEnd}; the next one starts at {@code nextStart}. */
    private Step handOver(Handler handler, int contentEnd, int nextStart) {
        long next = startOffset + droppedBytes + nextStart - start;
        int from = start;
        if (startOffset == 0 && startsWithByteOrderMark()) {
            from += BYTE_ORDER_MARK.length;
        }
        int to = contentEnd > from && buffer[contentEnd - 1] == '\r' ? contentEnd - 1 : contentEnd;
        if (next > Positions.MAX_OFFSET) {
            throw ConnectorException.fatal("file source: " + files.get(fileIndex) + " is larger than 1 TiB; split it");
        }
        if (headerPending) {
            headerPending = false;
            handler.header(buffer, from, to - from);
            advance(nextStart, next);
            if (resumeAt > 0) {
                jump(open());
            }
            return Step.HEADER;
        }
        long size = to - from + droppedBytes;
        if (size > settings.maxRecordBytes()) {
            handler.malformed(
                    at(startOffset),
                    at(next),
                    EventTime.NONE_MS,
                    buffer,
                    from,
                    Math.min(to - from, KEPT_BYTES),
                    "the record has " + size + " bytes; max_record_bytes is " + settings.maxRecordBytes());
        } else {
            handler.record(at(startOffset), at(next), EventTime.NONE_MS, buffer, from, to - from);
        }
        advance(nextStart, next);
        return Step.RECORD;
    }

    private boolean startsWithByteOrderMark() {
        return end - start >= BYTE_ORDER_MARK.length
                && Arrays.equals(buffer, start, start + BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, 3);
    }

    private long at(long offset) {
        return Positions.of(fileIndex, name(fileIndex), offset);
    }

    private void advance(int nextStart, long nextOffset) {
        start = nextStart;
        scanned = nextStart;
        startOffset = nextOffset;
        skipping = false;
        droppedBytes = 0;
        recordEnd.reset();
    }

    /** Reads more; returns false at the end of the file. */
    private boolean fill() {
        if (fileEnded) {
            return false;
        }
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            scanned -= start;
            start = 0;
        }
        if (buffer.length - end < CHUNK_BYTES / 2) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int count = open().read(buffer, end, buffer.length - end);
        if (count <= 0) {
            fileEnded = !settings.follow();
            return false;
        }
        end += count;
        return true;
    }

    private void closeFile() {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    @Override
    public boolean ended() {
        return !settings.follow() && fileIndex >= files.size();
    }

    @Override
    public String logName(long position) {
        return files.get(Math.min(Positions.fileIndex(position), files.size() - 1))
                .toString();
    }

    @Override
    public long logOffset(long position) {
        return Positions.offset(position);
    }

    @Override
    public long lag() {
        long inFile = file == null ? -1 : file.remaining();
        return inFile < 0 ? -1 : inFile + end - start;
    }

    @Override
    public void close() {
        closeFile();
    }
}
