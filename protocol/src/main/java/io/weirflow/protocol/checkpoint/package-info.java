/** What a checkpoint holds besides state (rule R6). */
@NullMarked
package io.weirflow.protocol.checkpoint;

import org.jspecify.annotations.NullMarked;
