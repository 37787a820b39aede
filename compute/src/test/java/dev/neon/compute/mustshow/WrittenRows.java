package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Rows of a table {@code t}, each with the WAL positions between which its commit lies. */
final class WrittenRows {
    private record Row(Lsn before, Lsn after) {}

    private final List<Row> rows = new ArrayList<>();

    void insert(Connection connection) throws SQLException {
        Lsn before = position(connection);
        Ledger.strings(connection, "INSERT INTO t VALUES (" + rows.size() + ")");
        rows.add(new Row(before, position(connection)));
    }

    /** Checks how many rows are seen at a point; off by one only if the point is within a row's own records. */
    void requireCount(long found, Lsn point, String what) {
        long least = rows.stream().filter(row -> !row.after().isAfter(point)).count();
        long most = rows.stream().filter(row -> row.before().isBefore(point)).count();
        assertTrue(least <= found && found <= most,
                () -> what + ": " + found + " rows but " + least + " to " + most + " were written before");
    }

    private static Lsn position(Connection connection) throws SQLException {
        return Lsn.parse(Ledger.strings(connection, "SELECT pg_current_wal_insert_lsn()").getFirst());
    }
}
