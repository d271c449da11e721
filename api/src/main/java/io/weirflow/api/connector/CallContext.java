package io.weirflow.api.connector;

import io.weirflow.api.type.RowType;

/**
 * What a {@link Caller} is opened with.
 *
 * @param pipeline the pipeline's name
 * @param entry the stage that asks, for messages
 * @param options checked values
 * @param rowType the columns of the rows that are asked about
 * @param timeoutMs how long an attempt may take, 1 or more; whoever asks ends it then
 * @param secrets resolves secrets
 */
public record CallContext(
        String pipeline, String entry, Options options, RowType rowType, long timeoutMs, SecretResolver secrets) {}
