/** Ports to the control log and the fleet topic, so that a simulation can take Kafka's place. */
@NullMarked
package io.weirflow.protocol.log;

import org.jspecify.annotations.NullMarked;
