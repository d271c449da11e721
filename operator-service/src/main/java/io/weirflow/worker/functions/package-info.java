/**
 * The run-time library of expressions: static methods that compiled classes call, one class for each theme.
 *
 * <p>The compiler finds a method by its name (the {@link io.weirflow.api.expr.Function} in camel case; for dates and times followed by
 * the type) and the Java types of the arguments. Two parts of a method's signature steer the code around a call: a return type
 * marked {@code @Nullable} may be NULL although no argument is, and only a method that declares
 * {@link io.weirflow.api.operator.RowException} can fail. Arguments are never null. A method whose result is DECIMAL takes the
 * precision and scale of the result last.
 */
@NullMarked
package io.weirflow.worker.functions;

import org.jspecify.annotations.NullMarked;
