/** What pipelines do while they are tormented: their inputs, and who judges their outputs. */
@NullMarked
package io.weirflow.benchmarks.nemesis.load;

import org.jspecify.annotations.NullMarked;
