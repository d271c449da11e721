/** What the JVM's flight recorder tells of a run, as a page of text. */
@NullMarked
package io.weirflow.benchmarks.profile;

import org.jspecify.annotations.NullMarked;
