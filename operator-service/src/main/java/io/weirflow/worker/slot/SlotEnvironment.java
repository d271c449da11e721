package io.weirflow.worker.slot;

import io.weirflow.api.connector.SecretResolver;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.operators.OperatorFactory;
import io.weirflow.worker.sink.Committer;
import io.weirflow.worker.sink.SinkRunner;
import java.nio.file.Path;
import java.util.function.ToLongFunction;

/**
 * What the slots of one pipeline share in one worker.
 *
 * @param instance names the run of the pipeline
 * @param incarnation of the pipeline's data
 * @param baseDir what relative paths start from
 * @param bootstrapServers of the engine's Kafka cluster
 * @param states keeps the local state of slots
 * @param sinks runs what writes to the world outside
 * @param inboxStart where the inbox of a slot without a checkpoint begins: what was before is of former runs and trimmed (rule R14)
 */
public record SlotEnvironment(
        Pipeline pipeline,
        String instance,
        Incarnation incarnation,
        Path baseDir,
        String bootstrapServers,
        Connectors connectors,
        SecretResolver secrets,
        ExpressionCompiler compiler,
        OperatorFactory operators,
        LocalStates states,
        Committer committer,
        SinkRunner sinks,
        FrameSender sender,
        ChangelogReader changelogs,
        SlotSettings settings,
        ToLongFunction<SlotId> inboxStart) {}
