/**
 * Slots: deterministic state machines, each over one partition of a log. Nothing here knows Kafka or the clock; the log is behind the ports of
 * {@link io.weirflow.protocol.log} and time is an argument.
 */
@NullMarked
package io.weirflow.worker.slot;

import org.jspecify.annotations.NullMarked;
