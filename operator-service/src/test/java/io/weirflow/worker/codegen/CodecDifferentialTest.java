package io.weirflow.worker.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.testkit.seed.Seeded;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compiled writers and readers against {@link RowCodec}, on random types, rows and damages. */
final class CodecDifferentialTest {

    private static final List<DataType> TYPES = List.of(
            Scalar.BOOLEAN,
            Scalar.INTEGER,
            Scalar.BIGINT,
            Scalar.BIGINT,
            Scalar.DOUBLE,
            Scalar.VARCHAR,
            Scalar.VARBINARY,
            Scalar.DATE,
            Scalar.TIME,
            Scalar.TIMESTAMP,
            new DataType.Decimal(12, 2),
            new DataType.Array(Scalar.BIGINT),
            new DataType.MapOf(Scalar.VARCHAR),
            new DataType.RowOf(RowType.of(Column.of("a", Scalar.BIGINT), Column.required("b", Scalar.VARCHAR))));

    private final CodecCompiler compiler = new CodecCompiler();

    @Seeded(seeds = 200)
    void theSameBytesAndTheSameRows(long seed) {
        Random random = new Random(seed);
        RowType type = type(random, seed % 20 == 0 ? 150 : 12);
        RowCodec codec = new RowCodec(type);
        RowWriter writer = compiler.writer(type);
        RowReader reader = compiler.reader(type);
        ByteWriter all = new ByteWriter(1);
        ByteReader in = new ByteReader();
        MutableRow back = new MutableRow(type.size());
        for (int i = 0; i < 20; i++) {
            MutableRow row = row(type, random);
            int from = all.size();
            writer.write(row, all);
            byte[] written = Arrays.copyOfRange(all.array(), from, all.size());
            assertThat(written).as("%s of %s", row, type.sql()).isEqualTo(codec.toBytes(row));
            in.wrap(all.array(), from, all.size() - from);
            reader.read(in, back);
            assertThat(back).isEqualTo(row);
            assertThat(in.remaining()).isZero();
        }
    }

    @Seeded(seeds = 100)
    void someColumnsInAnyOrder(long seed) {
        Random random = new Random(seed);
        RowType type = type(random, 12);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, type.size()).boxed().toList());
        Collections.shuffle(order, random);
        int[] columns = order.stream()
                .limit(1 + random.nextInt(type.size()))
                .mapToInt(Integer::intValue)
                .toArray();
        RowType some = RowType.of(Arrays.stream(columns).mapToObj(type::column).toList());
        RowWriter writer = compiler.writer(some, columns);
        for (int i = 0; i < 20; i++) {
            MutableRow row = row(type, random);
            MutableRow key = new MutableRow(columns.length);
            for (int c = 0; c < columns.length; c++) {
                key.setFrom(c, row, columns[c], some.column(c).type());
            }
            ByteWriter out = new ByteWriter(1);
            writer.write(row, out);
            assertThat(out.toBytes()).isEqualTo(new RowCodec(some).toBytes(key));
        }
    }

    /** Bytes that the codec refuses are refused, and others give the same row. */
    @Seeded(seeds = 300)
    void damagedBytes(long seed) {
        Random random = new Random(seed);
        RowType type = type(random, 8);
        RowCodec codec = new RowCodec(type);
        RowReader reader = compiler.reader(type);
        byte[] bytes = codec.toBytes(row(type, random));
        for (int i = 0; i < 20; i++) {
            byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
            if (damaged.length > 0) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            MutableRow expected = new MutableRow(type.size());
            MutableRow actual = new MutableRow(type.size());
            assertThat(reads(() -> reader.read(new ByteReader(damaged), actual)))
                    .isEqualTo(reads(() -> codec.read(new ByteReader(damaged), expected)));
            assertThat(actual).isEqualTo(expected);
        }
    }

    @Test
    void aNullThatTheTypeForbidsIsRefused() {
        RowType type = RowType.of(Column.of("a", Scalar.BIGINT), Column.required("b", Scalar.BIGINT));
        assertThatThrownBy(() -> compiler.writer(type).write(new MutableRow(2), new ByteWriter(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column 1 is NULL and must not be");
    }

    private static boolean reads(Runnable reading) {
        try {
            reading.run();
            return true;
        } catch (WireFormatException e) {
            return false;
        }
    }

    private static RowType type(Random random, int columns) {
        return RowType.of(IntStream.rangeClosed(0, random.nextInt(columns))
                .mapToObj(i -> new Column("c" + i, TYPES.get(random.nextInt(TYPES.size())), random.nextBoolean()))
                .toList());
    }

    private static MutableRow row(RowType type, Random random) {
        MutableRow row = new MutableRow(type.size());
        for (int i = 0; i < type.size(); i++) {
            Column column = type.column(i);
            if (!column.nullable() || random.nextInt(4) > 0) {
                row.setValue(i, column.type(), value(column.type(), random));
            }
        }
        return row;
    }

    private static Object value(DataType type, Random random) {
        long word = random.nextLong() >> random.nextInt(64);
        if (type instanceof Scalar scalar) {
            return switch (scalar) {
                case BOOLEAN -> random.nextBoolean();
                case INTEGER, DATE, TIME -> (int) word;
                case BIGINT, TIMESTAMP -> word;
                case DOUBLE -> random.nextGaussian();
                case VARCHAR -> random.nextBoolean() ? "text " + word : "ä".repeat(random.nextInt(90)) + word;
                case VARBINARY -> new byte[random.nextInt(200)];
            };
        } else if (type instanceof DataType.Decimal) {
            return BigDecimal.valueOf(random.nextInt(1_000_000), 2);
        } else if (type instanceof DataType.Array) {
            return Arrays.asList(1L, null, word);
        } else if (type instanceof DataType.MapOf) {
            return Map.of("k", "v" + word);
        }
        return MutableRow.of(((DataType.RowOf) type).rowType(), null, "b" + word);
    }
}
