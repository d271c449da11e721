package io.weirflow.worker.codegen;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.row.RowCodec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Compiles writers and readers of the binary form of rows, each for one type: no value asks which type it has. {@link RowCodec} says what the
 * form is; it also serves the types of very many columns. Safe for use by several threads.
 */
public final class CodecCompiler {

    /** More would not fit into a method that HotSpot compiles. */
    private static final int MAX_COLUMNS = 120;

    private final CodeCache cache = new CodeCache();

    /** What a writer is made of. */
    private record Written(RowType type, List<Integer> columns) {}

    public CodecCompiler() {}

    /** Compiles a writer of rows of a type. */
    public RowWriter writer(RowType type) {
        return writer(type, IntStream.range(0, type.size()).toArray());
    }

    /**
     * Compiles a writer of some columns of a row.
     *
     * @param type of what is written
     * @param columns where the row has each column of that type
     */
    public RowWriter writer(RowType type, int[] columns) {
        if (type.size() <= MAX_COLUMNS) {
            List<Integer> from = Arrays.stream(columns).boxed().toList();
            return cache.get(RowWriter.class, new Written(type, from), () -> RowWriterEmitter.compile(type, columns));
        }
        RowCodec codec = new RowCodec(type);
        return (row, out) -> {
            MutableRow written = new MutableRow(columns.length);
            for (int i = 0; i < columns.length; i++) {
                written.setFrom(i, row, columns[i], type.column(i).type());
            }
            codec.write(written, out);
        };
    }

    /** Compiles a reader of rows of a type. */
    public RowReader reader(RowType type) {
        if (type.size() <= MAX_COLUMNS) {
            return cache.get(RowReader.class, type, () -> RowReaderEmitter.compile(type));
        }
        return new RowCodec(type)::read;
    }
}
