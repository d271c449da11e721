/** Frames: runs of rows from one sender, one Kafka record each (rule R9). */
@NullMarked
package io.weirflow.protocol.frame;

import org.jspecify.annotations.NullMarked;
