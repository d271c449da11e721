/** The rows that benchmarks read, and how their answers are compared. */
@NullMarked
package io.weirflow.benchmarks.data;

import org.jspecify.annotations.NullMarked;
