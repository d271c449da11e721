/** Runs the examples, and kills them. */
@NullMarked
package io.weirflow.examples.run;

import org.jspecify.annotations.NullMarked;
