/** Writes rows to tables of a database, exactly once: how far each slot has come is kept in the same database, in the same transaction. */
@NullMarked
package io.weirflow.connectors.jdbc;

import org.jspecify.annotations.NullMarked;
