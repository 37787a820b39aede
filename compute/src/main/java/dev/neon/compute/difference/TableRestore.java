package dev.neon.compute.difference;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.revision.Point;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Brings tables of a running server back to what they were at a point: the difference is run as a patch, in one transaction. What
 * others commit between the look and the patch stays, unless it is in the same rows.
 */
public final class TableRestore {
    private final Workspace workspace;
    private final Consumer<String> notes;

    /** @param notes is told of what is not as usual, in words for people */
    public TableRestore(Workspace workspace, Consumer<String> notes) {
        this.workspace = workspace;
        this.notes = notes;
    }

    /**
     * The patch, and whether it changes anything.
     *
     * @param sql a transaction
     */
    public record Patch(String sql, boolean isAny) {}

    /**
     * The statements that would do it.
     *
     * @param now   where the server is
     * @param names what the two points are called
     */
    public Patch patch(Point now, Point wanted, String database, List<String> tables, List<String> names) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean differs = new RowDifference(workspace, notes).patch(now, wanted, database, tables, names, out);
        return new Patch(out.toString(StandardCharsets.UTF_8), differs);
    }

    /**
     * Runs them.
     *
     * @param user a superuser
     * @throws PostgresFailedException if the server refuses; nothing is changed then
     */
    public void run(Patch patch, Instance server, String database, String user) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", "");
        // Several statements in one go, as they stand.
        properties.setProperty("preferQueryMode", "simple");
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(database), properties);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(patch.sql());
        } catch (SQLException refused) {
            throw new PostgresFailedException("the server on '" + server.label() + "' did not take the rows: "
                    + String.valueOf(refused.getMessage()).lines().findFirst().orElse(""), "",
                    "Nothing was changed. '--dry-run' shows the statements.");
        }
    }
}
