/** Keyed state of an operator. */
@NullMarked
package io.weirflow.api.state;

import org.jspecify.annotations.NullMarked;
