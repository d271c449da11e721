/**
 * SQL expressions to typed trees. Calcite's parser reads the text (no Calcite type leaves this package); names and types are
 * checked here against {@link io.weirflow.api.expr.Function}, so that every coercion is explicit, several mistakes are
 * reported at once, and each has its place and advice.
 */
@NullMarked
package io.weirflow.language.sql;

import org.jspecify.annotations.NullMarked;
