/** The parts that a row passes, measured one by one with JMH: {@code weirflow bench jmh}. */
@NullMarked
package io.weirflow.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
