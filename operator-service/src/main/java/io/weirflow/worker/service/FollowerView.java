package io.weirflow.worker.service;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.id.SlotId;

/**
 * A slot of another worker whose state this worker keeps at hand, for people.
 *
 * @param stage what the slot runs
 * @param checkpoint number of the last checkpoint that is here, -1 before the first
 * @param lagRecords records of the changelog that are still to be read, or to be written in a large load; -1 when that is not known
 */
public record FollowerView(SlotId slot, StagePlan stage, long checkpoint, long lagRecords) {}
