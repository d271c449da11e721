/** Sources that make their own rows, the same ones for the same seed. */
@NullMarked
package io.weirflow.connectors.generator;

import org.jspecify.annotations.NullMarked;
