/** The pure rules of the log protocol and its versioned wire formats; no I/O. */
@NullMarked
package io.weirflow.protocol;

import org.jspecify.annotations.NullMarked;
