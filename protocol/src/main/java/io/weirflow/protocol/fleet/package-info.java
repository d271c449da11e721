/** The records of the fleet topic: the reports of workers, and their wire format. */
@NullMarked
package io.weirflow.protocol.fleet;

import org.jspecify.annotations.NullMarked;
