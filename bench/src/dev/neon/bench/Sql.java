package dev.neon.bench;

import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Sessions with a server on loopback. */
final class Sql {
    private Sql() {}

    static void execute(int port, String... statements) {
        try (var connection = DriverManager.getConnection(url(port, "postgres")); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static String query(int port, String sql) {
        return query(port, "postgres", sql);
    }

    /** @param database as it stands in a URL */
    static String query(int port, String database, String sql) {
        try {
            return ask(port, database, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks again and again until the server answers. */
    static void await(int port, ProcessHandle server) {
        while (true) {
            try {
                ask(port, "postgres", "SELECT 1");
                return;
            } catch (SQLException notYet) {
                if (!server.isAlive()) {
                    throw new IllegalStateException("the server ended", notYet);
                }
                try {
                    Thread.sleep(2);
                } catch (InterruptedException e) {
                    throw new IllegalStateException("interrupted", e);
                }
            }
        }
    }

    private static String ask(int port, String database, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url(port, database)); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + '/' + database + "?user=postgres";
    }
}
