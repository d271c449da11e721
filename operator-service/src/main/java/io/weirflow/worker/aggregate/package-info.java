/**
 * Aggregates of groups and windows: their state, its bytes and results. Each call is a {@link io.weirflow.worker.aggregate.Part}, which
 * owns some slots of the {@link io.weirflow.worker.aggregate.Accumulators} of a group.
 */
@NullMarked
package io.weirflow.worker.aggregate;

import org.jspecify.annotations.NullMarked;
