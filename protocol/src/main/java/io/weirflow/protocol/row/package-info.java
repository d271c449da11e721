/** The binary form of rows. */
@NullMarked
package io.weirflow.protocol.row;

import org.jspecify.annotations.NullMarked;
