/** The steps of a stage's chain as operators. {@link io.weirflow.worker.operators.OperatorFactory} makes them. */
@NullMarked
package io.weirflow.worker.operators;

import org.jspecify.annotations.NullMarked;
