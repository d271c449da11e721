/** The records of the control log: the coordinator's decisions, and their wire format. */
@NullMarked
package io.weirflow.protocol.control;

import org.jspecify.annotations.NullMarked;
