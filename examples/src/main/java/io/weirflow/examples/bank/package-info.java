/** Operators of the example {@code bank}, and its pipeline in Java. */
@NullMarked
package io.weirflow.examples.bank;

import org.jspecify.annotations.NullMarked;
