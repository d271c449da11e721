package io.weirflow.api.connector;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.type.RowType;
import java.nio.file.Path;

/**
 * What a sink is opened with.
 *
 * @param pipeline the pipeline's name
 * @param instance names this life of the pipeline: it stays the same over restarts that resume and changes when the pipeline begins
 *     anew; letters, digits and dashes
 * @param sink the sink's name
 * @param options checked values
 * @param encoder turns rows into bytes by the sink's format; not for use by several threads
 * @param rowType the columns of the rows
 * @param guarantee that it has to give: one of {@link SinkConnector#guarantees()}
 * @param partitions number of slots that write
 * @param baseDir the directory that relative paths start from: that of the pipeline's file
 * @param kafka the engine's own cluster
 * @param secrets resolves secrets
 */
public record SinkContext(
        String pipeline,
        String instance,
        String sink,
        Options options,
        RowEncoder encoder,
        RowType rowType,
        Guarantee guarantee,
        int partitions,
        Path baseDir,
        KafkaAccess kafka,
        SecretResolver secrets) {

    private static final String RESTORED = "restored-";

    /**
     * Returns whether this life began from a savepoint: rows that the pipeline made before are with its earlier lives, and must stay there. The names of
     * such lives begin so.
     */
    public boolean restored() {
        return instance.startsWith(RESTORED);
    }
}
