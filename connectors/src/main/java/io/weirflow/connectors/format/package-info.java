/** The formats json, csv and raw, and the one place where text becomes typed values. */
@NullMarked
package io.weirflow.connectors.format;

import org.jspecify.annotations.NullMarked;
