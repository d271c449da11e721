/** The weirflow command; wires everything. */
@NullMarked
package io.weirflow.cli;

import org.jspecify.annotations.NullMarked;
