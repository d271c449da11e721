/** What is measured: one class per case. */
@NullMarked
package io.weirflow.benchmarks.cases;

import org.jspecify.annotations.NullMarked;
