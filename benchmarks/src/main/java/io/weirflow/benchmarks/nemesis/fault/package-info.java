/** What the nemesis does, drawn from a seed. */
@NullMarked
package io.weirflow.benchmarks.nemesis.fault;

import org.jspecify.annotations.NullMarked;
