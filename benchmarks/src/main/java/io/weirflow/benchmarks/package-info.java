/** {@code weirflow bench}: measures Weirflow beside other engines on one broker; a command, never a test. */
@NullMarked
package io.weirflow.benchmarks;

import org.jspecify.annotations.NullMarked;
