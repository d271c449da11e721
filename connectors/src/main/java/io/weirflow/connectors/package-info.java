/** Sources and sinks behind the ports of the API. */
@NullMarked
package io.weirflow.connectors;

import org.jspecify.annotations.NullMarked;
