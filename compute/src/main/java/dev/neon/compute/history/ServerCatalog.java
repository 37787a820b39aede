package dev.neon.compute.history;

import dev.neon.catalog.CatalogNames;
import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.RelationKind;
import dev.neon.catalog.TupleState;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.PostgresFailedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Asks a running server for the names of relations: those that are there now. Opens a session for each database that is
 * asked for, and one for the list of databases. Used by one thread.
 */
public final class ServerCatalog implements CatalogNames, AutoCloseable {
    private static final String ANY_DATABASE = "postgres";
    private static final String RELATION = """
            SELECT c.oid, c.relname, n.nspname, c.relkind, c.relisshared, pg_relation_filenode(c.oid),
                   CASE WHEN c.reltablespace = 0 THEN d.dattablespace ELSE c.reltablespace END, d.oid,
                   CASE c.relkind WHEN 'i' THEN (SELECT indrelid FROM pg_index WHERE indexrelid = c.oid)
                                  WHEN 't' THEN (SELECT oid FROM pg_class WHERE reltoastrelid = c.oid) END
            FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace, pg_database d
            WHERE d.datname = current_database() AND c.oid =\s""";
    private static final String ALL_WITH_FILES = "ANY (SELECT oid FROM pg_class WHERE relkind IN ('r', 'i', 'S', 't', 'm')"
            + " AND pg_relation_filenode(oid) IS NOT NULL)";

    private final Sessions sessions;
    private final Map<Integer, Optional<Connection>> byDatabase = new HashMap<>();
    private final Map<RelFileLocator, Optional<CatalogRelation>> known = new HashMap<>();
    private final Map<Integer, String> databases = new HashMap<>();
    private final Connection first;

    /** How to reach the server. */
    @FunctionalInterface
    public interface Sessions {
        /** A new session in a database. */
        Connection open(String database) throws SQLException;
    }

    private ServerCatalog(Sessions sessions, Connection first) {
        this.sessions = sessions;
        this.first = first;
    }

    /** @throws PostgresFailedException if the server lets nobody in */
    public static ServerCatalog open(Sessions sessions) {
        Connection first;
        try {
            first = sessions.open(ANY_DATABASE);
        } catch (SQLException e) {
            throw failed(e);
        }
        ServerCatalog catalog = new ServerCatalog(sessions, first);
        try {
            catalog.readDatabases();
            return catalog;
        } catch (SQLException e) {
            catalog.close();
            throw failed(e);
        }
    }

    private void readDatabases() throws SQLException {
        try (Statement statement = first.createStatement();
                ResultSet rows = statement.executeQuery("SELECT oid, datname FROM pg_database WHERE datallowconn")) {
            while (rows.next()) {
                databases.put((int) rows.getLong(1), rows.getString(2));
            }
        }
    }

    /** @throws PostgresFailedException if the server fails */
    @Override
    public Optional<CatalogRelation> find(RelFileLocator file) {
        Optional<CatalogRelation> found = known.get(file);
        if (found == null) {
            try {
                found = ask(file);
            } catch (SQLException e) {
                throw failed(e);
            }
            known.put(file, found);
        }
        return found;
    }

    private Optional<CatalogRelation> ask(RelFileLocator file) throws SQLException {
        Optional<Connection> session = session(file.database());
        return session.isEmpty() ? Optional.empty() : relation(session.get(), file.database(), "pg_filenode_relation("
                + Integer.toUnsignedString(file.tablespace()) + ", " + Integer.toUnsignedString(file.relation()) + ')');
    }

    private Optional<Connection> session(int database) throws SQLException {
        if (database == 0) {
            return Optional.of(first);
        }
        Optional<Connection> session = byDatabase.get(database);
        if (session == null) {
            String name = databases.get(database);
            session = name == null ? Optional.empty()
                    : Optional.of(name.equals(ANY_DATABASE) ? first : sessions.open(name));
            byDatabase.put(database, session);
        }
        return session;
    }

    /**
     * {@inheritDoc}
     *
     * @throws PostgresFailedException if the server fails
     */
    @Override
    public Stream<CatalogRelation> relations() {
        return databases.keySet().stream().flatMap(database -> {
            try {
                return all(session(database).orElseThrow(), database).stream();
            } catch (SQLException e) {
                throw failed(e);
            }
        });
    }

    private List<CatalogRelation> all(Connection session, int database) throws SQLException {
        List<CatalogRelation> all = new ArrayList<>();
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(RELATION + ALL_WITH_FILES)) {
            while (row.next()) {
                all.add(relation(row, database, RelationKind.of(row.getString(4).charAt(0)).orElseThrow(),
                        Optional.empty()));
            }
        }
        return all;
    }

    /** @param oid an expression */
    private Optional<CatalogRelation> relation(Connection session, int database, String oid) throws SQLException {
        try (Statement statement = session.createStatement(); ResultSet row = statement.executeQuery(RELATION + oid)) {
            if (!row.next()) {
                return Optional.empty();
            }
            Optional<RelationKind> kind = RelationKind.of(row.getString(4).charAt(0));
            if (kind.isEmpty()) {
                return Optional.empty();
            }
            long owner = row.getLong(9);
            return Optional.of(relation(row, database, kind.get(),
                    owner == 0 ? Optional.empty() : relation(session, database, Long.toString(owner))));
        }
    }

    private CatalogRelation relation(ResultSet row, int database, RelationKind kind, Optional<CatalogRelation> owner)
            throws SQLException {
        boolean isShared = row.getBoolean(5);
        RelFileLocator file = new RelFileLocator((int) row.getLong(7), isShared ? 0 : (int) row.getLong(8),
                (int) row.getLong(6));
        return new CatalogRelation(file, (int) row.getLong(1),
                isShared ? Optional.empty() : Optional.ofNullable(databases.get(database)),
                Optional.ofNullable(row.getString(3)).orElse(""), row.getString(2), kind, owner, TupleState.LIVE);
    }

    private static PostgresFailedException failed(SQLException e) {
        return new PostgresFailedException("unable to read the catalogs of the server", String.valueOf(e.getMessage()),
                "Set [postgres] user to a role that may connect without a password.");
    }

    @Override
    public void close() {
        close(first);
        byDatabase.values().forEach(session -> session.ifPresent(ServerCatalog::close));
    }

    private static void close(Connection session) {
        try {
            session.close();
        } catch (SQLException e) {
            // The server notices that we are gone.
        }
    }
}
