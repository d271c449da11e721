package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a stage runs.
 *
 * @param keyBy column names; null when not given
 * @param parallelism number of slots; null for the default
 * @param uid keeps the stage's state when it is renamed; null for the name
 * @param fuse whether it may run in the stage that feeds it; null for yes
 * @param standby number of workers that keep the state of each slot at hand besides its owner; null for the pipeline's
 */
public record StageSettings(
        @Nullable List<Text> keyBy,
        @Nullable Text parallelism,
        @Nullable Text uid,
        @Nullable Text fuse,
        @Nullable Text standby) {

    /** Nothing said. */
    public static final StageSettings DEFAULT = new StageSettings(null, null, null, null, null);

    public StageSettings {
        keyBy = keyBy == null ? null : List.copyOf(keyBy);
    }
}
