package io.weirflow.worker.slot;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.SecretResolver;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogException;
import io.weirflow.state.HeapAllowance;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.operators.OperatorFactory;
import io.weirflow.worker.sink.Committer;
import io.weirflow.worker.sink.SinkRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What the slots of one pipeline share in one worker.
 *
 * @param pipeline with the newest version of each stage
 * @param former versions of stages that slots may still stand before the end of, see {@link #at}
 * @param instance names the run of the pipeline
 * @param incarnation of the pipeline's data
 * @param baseDir what relative paths start from
 * @param kafka the engine's cluster
 * @param states keeps the local state of slots
 * @param restored what the ends of changelogs may take on the heap, all together
 * @param sinks runs what writes to the world outside
 * @param destinations what of it is known to be there
 * @param receivers how far the slots that are sent to have come
 * @param inboxStart where the inbox of a slot without a checkpoint begins: what was before is of former runs and trimmed (rule R14)
 */
public record SlotEnvironment(
        Pipeline pipeline,
        List<StagePlan> former,
        String instance,
        Incarnation incarnation,
        Path baseDir,
        KafkaAccess kafka,
        Connectors connectors,
        SecretResolver secrets,
        ExpressionCompiler compiler,
        OperatorFactory operators,
        LocalStates states,
        HeapAllowance restored,
        Committer committer,
        SinkRunner sinks,
        Destinations destinations,
        FrameSender sender,
        ChangelogReader changelogs,
        SlotSettings settings,
        ReceiverPositions receivers,
        ToLongFunction<SlotId> inboxStart) {

    /** Returns this with other versions of the stages. */
    public SlotEnvironment with(Pipeline newPipeline, List<StagePlan> newFormer, Path newBaseDir) {
        return new SlotEnvironment(
                newPipeline,
                newFormer,
                instance,
                incarnation,
                newBaseDir,
                kafka,
                connectors,
                secrets,
                compiler,
                operators,
                states,
                restored,
                committer,
                sinks,
                destinations,
                sender,
                changelogs,
                settings,
                receivers,
                inboxStart);
    }

    /**
     * Returns the environment of a slot that stands at a version of its stage.
     *
     * @throws LogException when this worker does not know that version, or not yet
     */
    SlotEnvironment at(int stage, int version) {
        if (pipeline.stage(stage).version() == version) {
            return this;
        }
        return former.stream()
                .filter(one -> one.id() == stage && one.version() == version)
                .findFirst()
                .map(one -> with(pipeline.withStage(one), former, baseDir))
                .orElseThrow(() -> new LogException(
                        LogException.Kind.RETRY,
                        "the slot stands at version " + version + " of its stage, of which this worker has not heard",
                        null));
    }
}
