/** Handing rows to sinks: those in the log, in the slot's transaction, and those outside, on threads of their own. */
@NullMarked
package io.weirflow.worker.sink;

import org.jspecify.annotations.NullMarked;
