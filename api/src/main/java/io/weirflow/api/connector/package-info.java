/** The ports of connectors and formats: sources, sinks, decoders, encoders. */
@NullMarked
package io.weirflow.api.connector;

import org.jspecify.annotations.NullMarked;
