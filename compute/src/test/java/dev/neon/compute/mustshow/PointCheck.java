package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.TestWorkspace;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What holds at every point of {@link BankLoad} and {@link DdlLoad}.
 *
 * @param server   runs on the point
 * @param postgres its programs
 * @param what     for messages
 */
record PointCheck(Instance server, PostgresBinaries postgres, String what) {
    void all() throws SQLException {
        try (Connection connection = TestWorkspace.connect(server)) {
            requireSums(connection);
            requireContents(connection);
            requireIndexesAgree(connection);
            finishPrepared(connection);
            for (String database : Amcheck.databases(connection)) {
                requireCopied(database);
            }
            Amcheck.run(server, postgres, what);
            requireWritable(connection);
        }
    }

    private void requireSums(Connection connection) throws SQLException {
        if (!Ledger.strings(connection, "SELECT to_regclass('pgbench_branches') IS NOT NULL").equals(List.of("t"))) {
            return;
        }
        assertEquals(1, Ledger.number(connection, "SELECT count(DISTINCT s) FROM ("
                + "SELECT coalesce(sum(abalance), 0) AS s FROM pgbench_accounts"
                + " UNION ALL SELECT coalesce(sum(bbalance), 0) FROM pgbench_branches"
                + " UNION ALL SELECT coalesce(sum(tbalance), 0) FROM pgbench_tellers"
                + " UNION ALL SELECT coalesce(sum(delta), 0) FROM pgbench_history) AS sums"), what + ": different sums");
    }

    private void requireContents(Connection connection) throws SQLException {
        requireNone(connection, "savepoints that were rolled back", "SELECT id FROM savepoints WHERE NOT kept");
        requireNone(connection, "half transactions", "SELECT id FROM savepoints s"
                + " WHERE NOT EXISTS (SELECT FROM savepoints o WHERE o.id = -s.id)");
        requireNone(connection, "damaged toast", "SELECT digest FROM toasts WHERE md5(body) <> digest");
        requireNone(connection, "damaged large objects", "SELECT lob FROM lobs WHERE md5(lo_get(lob)) <> digest");
        assertEquals(10, Ledger.number(connection, "SELECT count(*) FROM truncated"), what + ": truncated table");
        assertEquals(List.of("t"), Ledger.strings(connection,
                "SELECT nextval('serials_id_seq') > (SELECT coalesce(max(id), 0) FROM serials)"), what + ": sequence");
        for (String table : Ledger.strings(connection,
                "SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relpersistence = 'u'")) {
            assertEquals(0, Ledger.number(connection, "SELECT count(*) FROM " + table), what + ": unlogged " + table);
        }
    }

    private void requireNone(Connection connection, String of, String sql) throws SQLException {
        assertEquals(List.of(), Ledger.strings(connection, sql), what + ": " + of);
    }

    /** For the access methods that amcheck does not know. */
    private void requireIndexesAgree(Connection connection) throws SQLException {
        for (String condition : List.of("id = 1207", "id BETWEEN 1000 AND 1400", "tags @> '{3}'",
                "place <@ box '((0,0),(50,20))'", "name = 'n13'")) {
            String query = "SELECT count(*) FROM kinds WHERE " + condition;
            Ledger.strings(connection, "SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_seqscan = on");
            long all = Ledger.number(connection, query);
            Ledger.strings(connection, "SET enable_indexscan = on; SET enable_bitmapscan = on; SET enable_seqscan = off");
            assertEquals(all, Ledger.number(connection, query), what + ": index for " + condition);
        }
        Ledger.strings(connection, "RESET ALL");
    }

    /** Those of even number are committed, the others rolled back. */
    private void finishPrepared(Connection connection) throws SQLException {
        for (String gid : Ledger.strings(connection, "SELECT gid FROM pg_prepared_xacts")) {
            int id = Integer.parseInt(gid.substring(1));
            String row = "SELECT count(*) FROM prepared WHERE id = " + id;
            assertEquals(0, Ledger.number(connection, row), what + ": " + gid + " is not committed yet");
            Ledger.strings(connection, (id % 2 == 0 ? "COMMIT PREPARED '" : "ROLLBACK PREPARED '") + gid + "'");
            assertEquals(id % 2 == 0 ? 1 : 0, Ledger.number(connection, row), what + ": " + gid + " has ended");
        }
    }

    private void requireCopied(String database) throws SQLException {
        if (database.startsWith("by_")) {
            try (Connection connection = Amcheck.connect(server, database)) {
                assertEquals(500, Ledger.number(connection, "SELECT count(*) FROM copied"), what + ": " + database);
            }
        }
    }

    private void requireWritable(Connection connection) throws SQLException {
        long before = Ledger.number(connection, "SELECT count(*) FROM serials");
        Ledger.strings(connection, "INSERT INTO serials (note) VALUES ('on the branch')");
        Ledger.strings(connection, "CHECKPOINT");
        assertTrue(Ledger.number(connection, "SELECT count(*) FROM serials") == before + 1, what + ": an insert");
    }
}
