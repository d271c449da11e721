/** Reading and writing of bytes, and hashes of them. */
@NullMarked
package io.weirflow.protocol.bytes;

import org.jspecify.annotations.NullMarked;
