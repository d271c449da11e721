/** Typed expression trees: what SQL expressions become before workers compile them to byte code. */
@NullMarked
package io.weirflow.api.expr;

import org.jspecify.annotations.NullMarked;
