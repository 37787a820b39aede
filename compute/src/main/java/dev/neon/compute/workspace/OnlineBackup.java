package dev.neon.compute.workspace;

import dev.neon.compute.instance.Instance;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.PostgresFailedException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * A session in which PostgreSQL takes part in copying its files: a checkpoint at the beginning, full-page images until
 * the end ({@code REL_17 xlog.c do_pg_backup_start}). Closing it without pg_backup_stop ends the backup as well, and
 * spares the switch to another WAL segment ({@code do_pg_abort_backup}).
 */
final class OnlineBackup implements AutoCloseable {
    private final Connection connection;
    private final Instance instance;

    private OnlineBackup(Connection connection, Instance instance) {
        this.connection = connection;
        this.instance = instance;
    }

    static OnlineBackup begin(Instance instance, String user) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("ApplicationName", "neon snapshot");
        String url = instance.jdbcUrl("postgres");
        try {
            Connection connection = DriverManager.getConnection(url, properties);
            try (Statement statement = connection.createStatement()) {
                int major = connection.getMetaData().getDatabaseMajorVersion();
                statement.execute("SELECT " + PostgresMajor.of(major).beginOfBackup("neon snapshot"));
            } catch (SQLException refused) {
                connection.close();
                throw refused;
            }
            return new OnlineBackup(connection, instance);
        } catch (SQLException e) {
            throw failed(instance, e);
        }
    }

    /** Fails if the server was restarted or the session killed: then full-page images may be missing. */
    void requireStillUnderWay() {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("SELECT 1")) {
            row.next();
        } catch (SQLException e) {
            throw failed(instance, e);
        }
    }

    private static PostgresFailedException failed(Instance instance, SQLException e) {
        return new PostgresFailedException("unable to take a snapshot of the server on '" + instance.label() + "'",
                String.valueOf(e.getMessage()), "Stop the server and take the snapshot then, or set [postgres] user to a"
                        + " superuser that may connect without a password.");
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // The server ends the backup when it notices that we are gone.
        }
    }
}
