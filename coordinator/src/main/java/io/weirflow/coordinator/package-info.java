/** The control plane: decide, append, replay; REST. */
@NullMarked
package io.weirflow.coordinator;

import org.jspecify.annotations.NullMarked;
