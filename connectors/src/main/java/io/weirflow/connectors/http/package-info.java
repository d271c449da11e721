/** Services over HTTP that are asked about rows. */
@NullMarked
package io.weirflow.connectors.http;

import org.jspecify.annotations.NullMarked;
