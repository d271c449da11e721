/** Compiles typed expression trees to byte code. */
@NullMarked
package io.weirflow.worker.operators;

import org.jspecify.annotations.NullMarked;
