/**
 * SQL expressions to typed trees. Calcite's parser reads the text (no Calcite type leaves this package); names and types are
 * checked here against {@link io.weirflow.api.expr.Function}, so that every coercion is explicit, several mistakes are
 * reported at once, and each has its place and advice.
 *
 * <p>Calcite's validator was left out for single expressions: it stops at the first mistake, takes no column names that the
 * parser reserves, and would keep a second type system beside that of the plan. Whole SQL statements need it and the planner.
 */
@NullMarked
package io.weirflow.language.sql;

import org.jspecify.annotations.NullMarked;
