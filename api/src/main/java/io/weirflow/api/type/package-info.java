/** The SQL types of columns and rows. */
@NullMarked
package io.weirflow.api.type;

import org.jspecify.annotations.NullMarked;
