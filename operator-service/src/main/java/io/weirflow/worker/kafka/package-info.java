/** The worker's edge to Kafka: the ports of {@code io.weirflow.protocol.log}. The only package of the module that imports it. */
@NullMarked
package io.weirflow.worker.kafka;

import org.jspecify.annotations.NullMarked;
