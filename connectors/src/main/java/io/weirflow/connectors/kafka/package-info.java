/** Topics as sources and sinks; the only importer of Kafka in this module. */
@NullMarked
package io.weirflow.connectors.kafka;

import org.jspecify.annotations.NullMarked;
