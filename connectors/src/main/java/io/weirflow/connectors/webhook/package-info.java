/** The sink that posts rows to an address. */
@NullMarked
package io.weirflow.connectors.webhook;

import org.jspecify.annotations.NullMarked;
