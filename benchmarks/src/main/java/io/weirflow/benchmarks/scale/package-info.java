/** {@code weirflow bench scale}: a stage with large state is moved, multiplied and killed under steady load, in processes as users run them. */
@NullMarked
package io.weirflow.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
