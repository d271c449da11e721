/** Finding connectors and formats, and what they are opened with. */
@NullMarked
package io.weirflow.worker.connect;

import org.jspecify.annotations.NullMarked;
