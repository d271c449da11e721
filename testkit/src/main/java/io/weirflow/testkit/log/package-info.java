/**
 * The log in memory: what matters of Kafka's behaviour (facts K1–K13) behind the ports of {@link io.weirflow.protocol.log}. Nothing here has
 * a thread or a clock; everything that a network or a broker may do is done when the driver says so.
 */
@NullMarked
package io.weirflow.testkit.log;

import org.jspecify.annotations.NullMarked;
