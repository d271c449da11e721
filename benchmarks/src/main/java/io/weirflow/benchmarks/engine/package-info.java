/** The engines that are measured, each in a process of its own. */
@NullMarked
package io.weirflow.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
