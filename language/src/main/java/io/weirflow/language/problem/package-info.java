/** Mistakes of a user as values: codes, places, suggestions. */
@NullMarked
package io.weirflow.language.problem;

import org.jspecify.annotations.NullMarked;
