/** Typed names of slots, senders, workers and topics. */
@NullMarked
package io.weirflow.protocol.id;

import org.jspecify.annotations.NullMarked;
