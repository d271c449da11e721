/** What the caller of the language gives it: variables, connectors, the sizes of sources. */
@NullMarked
package io.weirflow.language.port;

import org.jspecify.annotations.NullMarked;
