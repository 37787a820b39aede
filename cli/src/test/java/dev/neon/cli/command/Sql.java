package dev.neon.cli.command;

import dev.neon.cli.CommandLine;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Statements sent to where {@code neon connection-string} says. */
public final class Sql {
    private Sql() {}

    public static void run(CommandLine neon, String branch, String... statements) {
        try (Connection connection = connect(neon, branch); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The first value of a query. */
    public static String query(CommandLine neon, String branch, String sql) {
        try (Connection connection = connect(neon, branch); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Connection connect(CommandLine neon, String branch) throws SQLException {
        String uri = neon.ok("connection-string", branch).replace("postgres@", "");
        return DriverManager.getConnection("jdbc:" + uri, "postgres", "");
    }
}
