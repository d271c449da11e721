/** Typed entries to stages and steps: shuffles, fusing, slots. */
@NullMarked
package io.weirflow.language.plan;

import org.jspecify.annotations.NullMarked;
