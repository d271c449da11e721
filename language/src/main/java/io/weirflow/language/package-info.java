/** YAML and SQL to a pipeline, with every mistake reported at its place. */
@NullMarked
package io.weirflow.language;

import org.jspecify.annotations.NullMarked;
