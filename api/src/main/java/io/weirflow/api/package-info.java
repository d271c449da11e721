/** Rows, types, operators, time, the immutable pipeline graph and the connector ports. */
@NullMarked
package io.weirflow.api;

import org.jspecify.annotations.NullMarked;
