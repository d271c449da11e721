package io.weirflow.api.pipeline;

import io.weirflow.api.connector.Options;
import io.weirflow.api.type.RowType;
import java.util.List;
import java.util.stream.IntStream;

/** What the slots of a stage read: one log each. */
public sealed interface StageInput {

    /**
     * The stage reads a user's log directly: a topic, files, a generator. Such a stage needs no timers and no event time, so the
     * log itself is its inbox (rule R1).
     *
     * @param stream the stream's name
     * @param connector the connector's name
     * @param options of the source, checked against the connector's options
     * @param format the format's name
     * @param formatOptions of the format
     * @param rowType the columns of the stream
     * @param eventTime where rows get their event time
     * @param bounded whether the source ends by itself
     * @param failOnError whether a record that cannot be decoded stops the pipeline instead of going to the errors stream
     * @param readColumns indexes of the columns that the stage reads, ascending; the others are not decoded, and are NULL in its rows
     */
    record Source(
            String stream,
            String connector,
            Options options,
            String format,
            Options formatOptions,
            RowType rowType,
            EventTime eventTime,
            boolean bounded,
            boolean failOnError,
            List<Integer> readColumns)
            implements StageInput {

        public Source {
            readColumns = List.copyOf(readColumns);
            int last = -1;
            for (int column : readColumns) {
                if (column <= last || column >= rowType.size()) {
                    throw new IllegalArgumentException(
                            "stream " + stream + " cannot read column " + column + " behind column " + last);
                }
                last = column;
            }
        }

        /** A source of which every column is read. */
        public Source(
                String stream,
                String connector,
                Options options,
                String format,
                Options formatOptions,
                RowType rowType,
                EventTime eventTime,
                boolean bounded,
                boolean failOnError) {
            this(
                    stream,
                    connector,
                    options,
                    format,
                    formatOptions,
                    rowType,
                    eventTime,
                    bounded,
                    failOnError,
                    IntStream.range(0, rowType.size()).boxed().toList());
        }

        /** Returns whether no column is left out. */
        public boolean readsAllColumns() {
            return readColumns.size() == rowType.size();
        }

        /** Returns the same source with these columns read. */
        public Source reading(List<Integer> columns) {
            return new Source(
                    stream,
                    connector,
                    options,
                    format,
                    formatOptions,
                    rowType,
                    eventTime,
                    bounded,
                    failOnError,
                    columns);
        }
    }

    /** The stage reads its inbox, in which the rows of all its ports are merged by the broker's order. */
    record Inbox(List<Port> ports) implements StageInput {
        public Inbox {
            ports = List.copyOf(ports);
        }
    }

    /**
     * One kind of rows in an inbox: what one {@link StepSpec.Send} of one upstream stage sends.
     *
     * @param fromStage id of the sending stage; every slot of it is a sender
     * @param rowType the columns of the rows
     */
    record Port(int fromStage, RowType rowType) {}
}
