/** The coordinator's edge to Kafka: the only package of the module that imports it. */
@NullMarked
package io.weirflow.coordinator.kafka;

import org.jspecify.annotations.NullMarked;
