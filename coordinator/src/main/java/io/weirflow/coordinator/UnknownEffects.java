package io.weirflow.coordinator;

import java.util.List;

/**
 * The effects of which nobody knows whether they have happened, as workers have listed them: a webhook's request that was never answered, for
 * example. Any thread.
 */
@FunctionalInterface
public interface UnknownEffects {

    /**
     * One effect.
     *
     * @param listedAtMs when the worker listed it, in milliseconds since 1970
     * @param json what the worker wrote: the sink, the row, and why nobody knows
     */
    record Listed(long listedAtMs, String json) {}

    /**
     * Returns the newest of a pipeline, the oldest of them first; those of a pipeline that was deleted, too. Reads Kafka.
     *
     * @param limit how many at most; at least 1
     * @throws io.weirflow.protocol.log.LogUnavailableException when Kafka does not answer
     */
    List<Listed> newest(String pipeline, int limit);
}
