/** Tests of operators: the same rows in several ways, always with the same results. */
@NullMarked
package io.weirflow.testkit.operator;

import org.jspecify.annotations.NullMarked;
