package io.weirflow.connectors.file;

/** Finds where a record ends. Remembers where it is inside the record, so that the record may come in pieces. */
interface RecordEnd {

    /** Returns the index of the line break that ends the record, looking from {@code from} to before {@code to}; -1 when it is not there. */
    int find(byte[] bytes, int from, int to);

    /** Returns whether the record that began is inside a quote. */
    boolean insideQuote();

    /** Begins a record. */
    void reset();

    /** Every line is a record. */
    final class Lines implements RecordEnd {

        @Override
        public int find(byte[] bytes, int from, int to) {
            for (int i = from; i < to; i++) {
                if (bytes[i] == '\n') {
                    return i;
                }
            }
            return -1;
        }

        @Override
        public boolean insideQuote() {
            return false;
        }

        @Override
        public void reset() {
            // A line has no inside.
        }
    }

    /** A CSV record: line breaks in quoted fields do not end it. Only a quote that begins a field opens one. */
    final class CsvRecords implements RecordEnd {

        private enum State {
            FIELD_START,
            PLAIN,
            QUOTED,
            QUOTE_IN_QUOTED
        }

        private final byte delimiter;
        private State state = State.FIELD_START;

        CsvRecords(byte delimiter) {
            this.delimiter = delimiter;
        }

        @Override
        public int find(byte[] bytes, int from, int to) {
            for (int i = from; i < to; i++) {
                byte b = bytes[i];
                if (state == State.QUOTED) {
                    state = b == '"' ? State.QUOTE_IN_QUOTED : State.QUOTED;
                } else if (b == '\n') {
                    state = State.FIELD_START;
                    return i;
                } else if (b == delimiter) {
                    state = State.FIELD_START;
                } else if (b == '"' && state != State.PLAIN) {
                    // At a field's start it opens the quote; behind a quote inside a quoted field it is an escaped one.
                    state = State.QUOTED;
                } else {
                    state = State.PLAIN;
                }
            }
            return -1;
        }

        @Override
        public boolean insideQuote() {
            return state == State.QUOTED;
        }

        @Override
        public void reset() {
            state = State.FIELD_START;
        }
    }
}
