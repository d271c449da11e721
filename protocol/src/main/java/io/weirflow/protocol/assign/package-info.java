/** Which worker runs which slot. */
@NullMarked
package io.weirflow.protocol.assign;

import org.jspecify.annotations.NullMarked;
