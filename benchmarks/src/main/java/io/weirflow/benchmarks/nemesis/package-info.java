/** {@code weirflow nemesis}: real processes under real faults, and a checker of all that comes out. */
@NullMarked
package io.weirflow.benchmarks.nemesis;

import org.jspecify.annotations.NullMarked;
