/** Definitions to typed entries: names, values, types, options; every mistake is collected. */
@NullMarked
package io.weirflow.language.check;

import org.jspecify.annotations.NullMarked;
