package io.weirflow.connectors.jdbc;

import io.weirflow.api.connector.ConnectorException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells what mends by itself from what does not, by SQLSTATE where there is one. */
final class SqlFailures {

    /**
     * 08 connection, 40 rolled back (deadlock, serialization), 53 no resources, 55 somebody holds a lock, 57 an operator is at work (the database stops or
     * starts), 58 system error, XX internal error.
     */
    private static final Set<String> TRANSIENT = Set.of("08", "40", "53", "55", "57", "58", "XX");

    /** The database has ended a transaction that said nothing for too long. */
    private static final String SLEPT_IN_TRANSACTION = "25P03";

    /** 22 the value does not fit, 23 a constraint forbids it, 21 two rows of one statement have one key. */
    private static final Set<String> OF_A_ROW = Set.of("22", "23", "21");

    private SqlFailures() {}

    /** Returns what really happened: pools and batches wrap it. */
    static SQLException root(SQLException e) {
        if (e instanceof BatchUpdateException && e.getNextException() != null) {
            return root(e.getNextException());
        }
        return e.getCause() instanceof SQLException cause ? root(cause) : e;
    }

    static boolean isTransient(SQLException e) {
        String state = stateClass(root(e));
        return TRANSIENT.contains(state)
                || SLEPT_IN_TRANSACTION.equals(root(e).getSQLState())
                || state.isEmpty()
                        && (e instanceof SQLTransientException || root(e) instanceof SQLRecoverableException);
    }

    /** Returns whether a row is to blame. */
    static boolean isOfARow(SQLException e) {
        return OF_A_ROW.contains(stateClass(root(e)));
    }

    private static String stateClass(SQLException e) {
        @Nullable String state = e.getSQLState();
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }

    /** @param where names the sink */
    static ConnectorException of(SQLException e, String where) {
        SQLException root = root(e);
        String state = root.getSQLState() == null ? "" : " (SQLSTATE " + root.getSQLState() + ")";
        String reason = String.valueOf(root.getMessage()).strip() + state;
        return isTransient(e)
                ? new ConnectorException(where + reason + "; it is tried again, nothing is lost", true, e)
                : new ConnectorException(where + reason, false, e);
    }
}
