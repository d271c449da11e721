/** Tests that run with many seeds, and can be run again with one. */
@NullMarked
package io.weirflow.testkit.seed;

import org.jspecify.annotations.NullMarked;
