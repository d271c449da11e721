/** What a user writes, in YAML or through the fluent API, before it is validated. */
@NullMarked
package io.weirflow.api.definition;

import org.jspecify.annotations.NullMarked;
