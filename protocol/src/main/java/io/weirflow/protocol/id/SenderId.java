package io.weirflow.protocol.id;

/**
 * The sender of frames: the upstream slot, never the worker that runs it (rule R3), so that a slot may move between workers without any
 * receiver noticing. The pipeline is that of the inbox.
 *
 * @param stage id of the upstream stage
 * @param incarnation of the pipeline's data; a stage that is reset or run again gets a new one, or receivers would take its rows for
 *     duplicates of the former run
 * @param partition of the upstream slot
 */
public record SenderId(int stage, Incarnation incarnation, int partition) {}
