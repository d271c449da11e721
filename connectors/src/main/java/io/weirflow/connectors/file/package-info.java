/** Files as sources and sinks. */
@NullMarked
package io.weirflow.connectors.file;

import org.jspecify.annotations.NullMarked;
