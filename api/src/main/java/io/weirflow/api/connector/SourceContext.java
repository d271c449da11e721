package io.weirflow.api.connector;

import io.weirflow.api.KafkaAccess;
import java.nio.file.Path;

/**
 * What a source is opened with.
 *
 * @param options checked values
 * @param format the stream's format, for connectors that must know where a record ends
 * @param formatOptions of the format
 * @param baseDir the directory that relative paths start from: that of the pipeline's file
 * @param kafka the engine's own cluster
 * @param secrets resolves secrets
 */
public record SourceContext(
        Options options,
        String format,
        Options formatOptions,
        Path baseDir,
        KafkaAccess kafka,
        SecretResolver secrets) {}
