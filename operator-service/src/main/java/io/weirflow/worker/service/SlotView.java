package io.weirflow.worker.service;

import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.worker.slot.SlotMetrics;

/** A slot that a worker runs, for people: how it is and what it counts. */
public record SlotView(SlotId slot, SlotStatus status, SlotMetrics metrics) {}
