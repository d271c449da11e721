package io.weirflow.benchmarks.data;

import java.util.HashMap;
import java.util.Map;

/** The rows that a job must give, in any order; calculated from the data without any engine. */
public final class Answer {

    private final Map<Long, Integer> rows = new HashMap<>();
    private long size;

    /** Adds a row. */
    public void add(long... columns) {
        rows.merge(RowHash.of(columns), 1, Integer::sum);
        size++;
    }

    /** Returns the number of rows. */
    public long size() {
        return size;
    }

    /** Starts to compare an output with it. */
    public Comparison compare() {
        return new Comparison(rows, size);
    }

    /** How far an output has come. Used by one thread. */
    public static final class Comparison {

        private final Map<Long, Integer> missing;
        private long missingRows;
        private long otherRows;

        private Comparison(Map<Long, Integer> rows, long size) {
            this.missing = new HashMap<>(rows);
            this.missingRows = size;
        }

        /** Takes a row of the output. */
        public void accept(long... columns) {
            Integer left = missing.get(RowHash.of(columns));
            if (left == null || left == 0) {
                otherRows++;
                return;
            }
            missing.put(RowHash.of(columns), left - 1);
            missingRows--;
        }

        /** Whether all rows of the answer are there. */
        public boolean complete() {
            return missingRows == 0;
        }

        /** Returns the number of rows that have not come. */
        public long missingRows() {
            return missingRows;
        }

        /** Returns the number of rows that the answer does not have, or not as often. */
        public long otherRows() {
            return otherRows;
        }
    }
}
