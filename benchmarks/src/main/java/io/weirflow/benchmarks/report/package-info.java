/** Figures, their spread, and how they are shown. */
@NullMarked
package io.weirflow.benchmarks.report;

import org.jspecify.annotations.NullMarked;
