package io.weirflow.protocol.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RowCodecTest {

    @Test
    void randomRowsOfRandomTypesComeBack() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            RowType type = randomRowType(random, 2);
            RowCodec codec = new RowCodec(type);
            MutableRow row = randomRow(type, random);
            byte[] bytes = codec.toBytes(row);
            MutableRow back = codec.fromBytes(bytes);
            // byte[] inside of lists are equal by identity only, hence a second comparison, of the bytes.
            assertThat(codec.toBytes(back)).as("seed %s", seed).isEqualTo(bytes);
            if (!type.sql().contains("<VARBINARY") && !type.sql().contains(", VARBINARY")) {
                assertThat(back).as("seed %s", seed).isEqualTo(row);
            }
        }
    }

    @Test
    void damagedRowsAreRefusedOrReadButNothingElseHappens() {
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            RowType type = randomRowType(random, 2);
            RowCodec codec = new RowCodec(type);
            byte[] bytes = damage(codec.toBytes(randomRow(type, random)), random);
            try {
                MutableRow row = codec.fromBytes(bytes);
                assertThat(row.size()).isEqualTo(type.size());
            } catch (WireFormatException e) {
                assertThat(e).as("seed %s", seed).hasMessageMatching("(?s).+");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /** What the processor makes of ∞ − ∞, and the constant: which of them a sum gives is up to the JIT compiler. */
    @Test
    void allNotANumbersAreTheSameBytes() {
        RowType type = RowType.of(
                Column.required("d", Scalar.DOUBLE), Column.required("a", new DataType.Array(Scalar.DOUBLE)));
        List<byte[]> rows = new ArrayList<>();
        for (double nan : new double[] {Double.NaN, Double.longBitsToDouble(0xFFF8_0000_0000_0000L)}) {
            MutableRow row = new MutableRow(2);
            row.setDouble(0, nan);
            row.setObject(1, List.of(nan));
            rows.add(new RowCodec(type).toBytes(row));
        }
        assertThat(rows.get(1)).isEqualTo(rows.get(0));
    }

    @Test
    void aRowThatHoldsWhatItsTypeForbidsIsRefused() {
        RowType type = RowType.of(Column.required("id", Scalar.BIGINT));
        assertThatThrownBy(() -> new RowCodec(type).toBytes(new MutableRow(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column 0");
    }

    @Test
    void moreThanEightNullableColumnsHaveTheirOwnBits() {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            columns.add(Column.of("c" + i, Scalar.INTEGER));
        }
        RowCodec codec = new RowCodec(RowType.of(columns));
        for (int only = 0; only < 20; only++) {
            MutableRow row = new MutableRow(20);
            row.setInt(only, -only);
            byte[] bytes = codec.toBytes(row);
            assertThat(bytes).hasSize(4);
            assertThat(codec.fromBytes(bytes)).isEqualTo(row);
        }
    }

    @Test
    void aBooleanIsOneOrZeroAlsoWhenItsByteIsDamaged() {
        RowType type = RowType.of(Column.required("b", Scalar.BOOLEAN));
        assertThatThrownBy(() -> new RowCodec(type).fromBytes(new byte[] {57})).isInstanceOf(WireFormatException.class);
    }

    @Test
    void aCountLargerThanItsBytesAllocatesNothing() {
        DataType type = new DataType.Array(Scalar.BIGINT);
        byte[] huge = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7};
        assertThatThrownBy(() -> ValueCodec.read(type, new ByteReader(huge))).isInstanceOf(WireFormatException.class);
        assertThatThrownBy(() -> ValueCodec.read(new DataType.MapOf(type), new ByteReader(huge)))
                .isInstanceOf(WireFormatException.class);
    }

    /** Flips, cuts, adds or overwrites bytes. */
    private static byte[] damage(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        for (int times = random.nextInt(4); times >= 0; times--) {
            switch (random.nextInt(3)) {
                case 0 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length + 8));
                case 1 -> {
                    if (damaged.length > 0) {
                        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                }
                default -> {
                    if (damaged.length > 0) {
                        int from = random.nextInt(damaged.length);
                        Arrays.fill(damaged, from, Math.min(damaged.length, from + 1 + random.nextInt(6)), (byte) 0xFF);
                    }
                }
            }
        }
        return damaged;
    }

    private static RowType randomRowType(Random random, int depth) {
        List<Column> columns = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            columns.add(new Column("c" + i, randomType(random, depth), random.nextBoolean()));
        }
        return RowType.of(columns);
    }

    private static DataType randomType(Random random, int depth) {
        int scalars = Scalar.values().length;
        int choice = random.nextInt(scalars + (depth == 0 ? 1 : 4));
        if (choice < scalars) {
            return Scalar.values()[choice];
        }
        if (choice == scalars) {
            int precision = 1 + random.nextInt(DataType.Decimal.MAX_PRECISION);
            return new DataType.Decimal(precision, random.nextInt(precision + 1));
        }
        if (choice == scalars + 1) {
            return new DataType.Array(randomType(random, depth - 1));
        }
        return choice == scalars + 2
                ? new DataType.MapOf(randomType(random, depth - 1))
                : new DataType.RowOf(randomRowType(random, depth - 1));
    }

    private static MutableRow randomRow(RowType type, Random random) {
        MutableRow row = new MutableRow(type.size());
        for (int i = 0; i < type.size(); i++) {
            Column column = type.column(i);
            boolean isNull = column.nullable() && random.nextInt(3) == 0;
            row.setValue(i, column.type(), isNull ? null : randomValue(column.type(), random));
        }
        return row;
    }

    private static Object randomValue(DataType type, Random random) {
        if (type instanceof Scalar scalar) {
            return switch (scalar) {
                case BOOLEAN -> random.nextBoolean();
                case INTEGER, DATE, TIME -> random.nextInt() >> random.nextInt(32);
                case BIGINT, TIMESTAMP -> random.nextLong() >> random.nextInt(64);
                case DOUBLE ->
                    random.nextBoolean() ? random.nextGaussian() : Double.longBitsToDouble(random.nextLong());
                case VARCHAR -> randomText(random);
                case VARBINARY -> randomBytes(random);
            };
        } else if (type instanceof DataType.Decimal decimal) {
            BigInteger limit = BigInteger.TEN.pow(decimal.precision());
            BigInteger unscaled = new BigInteger(limit.bitLength(), random).mod(limit);
            return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), decimal.scale());
        } else if (type instanceof DataType.Array array) {
            List<Object> list = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                list.add(random.nextInt(4) == 0 ? null : randomValue(array.element(), random));
            }
            return list;
        } else if (type instanceof DataType.MapOf map) {
            Map<String, Object> entries = new LinkedHashMap<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                entries.put(randomText(random), random.nextInt(4) == 0 ? null : randomValue(map.value(), random));
            }
            return entries;
        }
        return randomRow(((DataType.RowOf) type).rowType(), random);
    }

    private static String randomText(Random random) {
        int[] codePoints = new int[random.nextInt(random.nextInt(10) == 0 ? 300 : 12)];
        for (int i = 0; i < codePoints.length; i++) {
            int limit = random.nextInt(10) == 0 ? 0xD800 : 128;
            codePoints[i] = random.nextInt(limit);
        }
        return new String(codePoints, 0, codePoints.length) + (random.nextInt(8) == 0 ? "😀" : "");
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }
}
