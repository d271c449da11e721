/** Rows: the values that flow through a pipeline. */
@NullMarked
package io.weirflow.api.row;

import org.jspecify.annotations.NullMarked;
