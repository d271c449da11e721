package io.weirflow.worker.aggregate;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.functions.Comparisons;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Aggregates whose state is words only, as one short program in place of a {@link Part} each. It does what the parts do, to the byte.
 *
 * <p>Implementation note. Parts are called through an interface, one call for each aggregate, which costs more than most aggregates do. Here a
 * loop goes over the operations, and the processor learns the way through its switch. Sums are checked in a pass of their own, so that nothing
 * is changed when one leaves its range and nothing needs to be copied before.
 */
final class WordCode {

    /** What an operation does. */
    enum Kind {
        COUNT_ROWS,
        COUNT,
        SUM,
        REAL_SUM,
        REAL_AVERAGE,
        MIN,
        MAX,
        REAL_MIN,
        REAL_MAX
    }

    /**
     * The aggregate of one call.
     *
     * @param column of the arguments; not used by COUNT_ROWS
     * @param first the word with the number of values, or 1 if there is a value
     * @param second the word with the sum or the value; not used by counts
     */
    record Operation(Kind kind, int column, int first, int second) {}

    private final Kind[] kinds;
    private final int[] columns;
    private final int[] firsts;
    private final int[] seconds;

    /** The places of the SUMs. */
    private final int[] sums;

    private WordCode(List<Operation> operations) {
        kinds = operations.stream().map(Operation::kind).toArray(Kind[]::new);
        columns = operations.stream().mapToInt(Operation::column).toArray();
        firsts = operations.stream().mapToInt(Operation::first).toArray();
        seconds = operations.stream().mapToInt(Operation::second).toArray();
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] == Kind.SUM) {
                found.add(i);
            }
        }
        sums = found.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Returns the program of parts; empty when one of them needs more than words. */
    static Optional<WordCode> of(List<Part> parts) {
        List<Operation> operations =
                parts.stream().map(Part::operation).flatMap(Optional::stream).toList();
        return operations.size() == parts.size() ? Optional.of(new WordCode(operations)) : Optional.empty();
    }

    void add(long[] words, MutableRow arguments) throws RowException {
        for (int i : sums) {
            if (!arguments.isNull(columns[i])) {
                SumPart.plus(words[seconds[i]], arguments.getLong(columns[i]));
            }
        }
        for (int i = 0; i < kinds.length; i++) {
            Kind kind = kinds[i];
            if (kind == Kind.COUNT_ROWS) {
                words[firsts[i]]++;
            } else if (!arguments.isNull(columns[i])) {
                add(kind, words, firsts[i], seconds[i], arguments, columns[i]);
            }
        }
    }

    private static void add(Kind kind, long[] words, int first, int second, MutableRow arguments, int column) {
        switch (kind) {
            case COUNT_ROWS, COUNT -> words[first]++;
            case SUM -> {
                words[first]++;
                words[second] += arguments.getLong(column);
            }
            case REAL_SUM, REAL_AVERAGE -> {
                words[first]++;
                words[second] = bits(real(words[second]) + arguments.getDouble(column));
            }
            case MIN, MAX -> takeWhole(kind, words, first, second, arguments.getLong(column));
            case REAL_MIN, REAL_MAX -> takeReal(kind, words, first, second, bits(arguments.getDouble(column)));
        }
    }

    private static void takeWhole(Kind kind, long[] words, int first, int second, long value) {
        long best = words[second];
        if (words[first] == 0 || (kind == Kind.MIN ? value < best : value > best)) {
            words[first] = 1;
            words[second] = value;
        }
    }

    private static void takeReal(Kind kind, long[] words, int first, int second, long value) {
        if (words[first] != 0) {
            int order = Comparisons.compare(real(value), real(words[second]));
            if (kind == Kind.REAL_MIN ? order >= 0 : order <= 0) {
                return;
            }
        }
        words[first] = 1;
        words[second] = value;
    }

    private static double real(long bits) {
        return Double.longBitsToDouble(bits);
    }

    private static long bits(double real) {
        return Double.doubleToLongBits(real);
    }

    void merge(long[] into, long[] from) throws RowException {
        for (int i : sums) {
            SumPart.plus(into[seconds[i]], from[seconds[i]]);
        }
        for (int i = 0; i < kinds.length; i++) {
            int first = firsts[i];
            if (kinds[i].compareTo(Kind.MIN) < 0) {
                mergeSums(kinds[i], into, from, first, seconds[i]);
            } else if (from[first] != 0) {
                mergeExtremes(kinds[i], into, from, first, seconds[i]);
            }
        }
    }

    private static void mergeSums(Kind kind, long[] into, long[] from, int first, int second) {
        into[first] += from[first];
        if (kind == Kind.SUM) {
            into[second] += from[second];
        } else if (kind == Kind.REAL_SUM || kind == Kind.REAL_AVERAGE) {
            into[second] = bits(real(into[second]) + real(from[second]));
        }
    }

    private static void mergeExtremes(Kind kind, long[] into, long[] from, int first, int second) {
        long value = from[second];
        if (kind == Kind.MIN || kind == Kind.MAX) {
            takeWhole(kind, into, first, second, value);
        } else {
            takeReal(kind, into, first, second, value);
        }
    }

    void results(long[] words, MutableRow out, int firstColumn) {
        for (int i = 0; i < kinds.length; i++) {
            Kind kind = kinds[i];
            int column = firstColumn + i;
            long first = words[firsts[i]];
            if (kind == Kind.COUNT_ROWS || kind == Kind.COUNT) {
                out.setLong(column, first);
            } else if (first == 0) {
                out.setNull(column);
            } else if (kind == Kind.REAL_AVERAGE) {
                out.setDouble(column, real(words[seconds[i]]) / (double) first);
            } else {
                // The raw bits of a double are its word.
                out.setLong(column, words[seconds[i]]);
            }
        }
    }

    void write(long[] words, ByteWriter out) {
        for (int i = 0; i < kinds.length; i++) {
            long first = words[firsts[i]];
            switch (kinds[i]) {
                case COUNT_ROWS, COUNT -> out.writeVarLong(first);
                case SUM -> {
                    out.writeVarLong(first);
                    out.writeZigZag(words[seconds[i]]);
                }
                case REAL_SUM, REAL_AVERAGE -> {
                    out.writeVarLong(first);
                    if (first != 0) {
                        out.writeLong(words[seconds[i]]);
                    }
                }
                case MIN, MAX -> {
                    out.writeByte((int) first);
                    if (first != 0) {
                        out.writeZigZag(words[seconds[i]]);
                    }
                }
                case REAL_MIN, REAL_MAX -> {
                    out.writeByte((int) first);
                    if (first != 0) {
                        out.writeLong(words[seconds[i]]);
                    }
                }
            }
        }
    }

    /** Reads into words that are 0. */
    void read(long[] words, ByteReader in) {
        for (int i = 0; i < kinds.length; i++) {
            boolean isCell = kinds[i].compareTo(Kind.MIN) >= 0;
            long first = isCell ? (in.readByte() == 0 ? 0 : 1) : in.readVarLong();
            words[firsts[i]] = first;
            switch (kinds[i]) {
                case COUNT_ROWS, COUNT -> {}
                case SUM -> words[seconds[i]] = in.readZigZag();
                case REAL_SUM, REAL_AVERAGE, REAL_MIN, REAL_MAX -> words[seconds[i]] = first == 0 ? 0 : in.readLong();
                case MIN, MAX -> words[seconds[i]] = first == 0 ? 0 : in.readZigZag();
            }
        }
    }
}
