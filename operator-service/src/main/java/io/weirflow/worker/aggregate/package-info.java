/** Aggregates of groups and windows: their state, its bytes and results. */
@NullMarked
package io.weirflow.worker.aggregate;

import org.jspecify.annotations.NullMarked;
