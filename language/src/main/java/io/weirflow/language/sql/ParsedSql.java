package io.weirflow.language.sql;

import org.apache.calcite.sql.SqlNode;

/** A syntax tree, and the names in it as they were written. */
record ParsedSql(SqlNode node, Names names) {}
