/** The sink that prints rows. */
@NullMarked
package io.weirflow.connectors.console;

import org.jspecify.annotations.NullMarked;
