/** The receiver's rules: dense sequences (rule R4) and watermarks (rule R9). */
@NullMarked
package io.weirflow.protocol.chain;

import org.jspecify.annotations.NullMarked;
