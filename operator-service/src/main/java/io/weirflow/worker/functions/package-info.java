/** The run-time library of expressions: static methods that compiled classes call. */
@NullMarked
package io.weirflow.worker.functions;

import org.jspecify.annotations.NullMarked;
