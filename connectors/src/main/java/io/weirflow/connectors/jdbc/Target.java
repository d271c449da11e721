package io.weirflow.connectors.jdbc;

import io.weirflow.api.type.RowType;
import java.util.List;

/**
 * What a sink writes to, as the user wrote it.
 *
 * @param where names the sink in messages
 * @param upsert whether a row replaces the one with the same key
 * @param key columns; empty without {@code upsert}
 * @param create whether a table that is absent is made
 */
record Target(
        String where, Login login, String table, boolean upsert, List<String> key, boolean create, RowType rowType) {

    Dialect dialect() {
        return Dialect.of(login.url());
    }
}
