/** Compiles typed expression trees to byte code. */
@NullMarked
package io.weirflow.worker.codegen;

import org.jspecify.annotations.NullMarked;
