package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * What writers know of their own transactions, which are numbered 1, 2, 3 … for each writer: the last that the server
 * acknowledged, and the last that was sent. Kept in memory, so no crash of a server can touch it.
 */
final class Ledger {
    private final AtomicLongArray sent;
    private final AtomicLongArray acknowledged;

    Ledger(int writers) {
        this(new AtomicLongArray(writers), new AtomicLongArray(writers));
    }

    private Ledger(AtomicLongArray sent, AtomicLongArray acknowledged) {
        this.sent = sent;
        this.acknowledged = acknowledged;
    }

    int writers() {
        return sent.length();
    }

    /** The number of the transaction that a writer is about to send. */
    long send(int writer) {
        long number = acknowledged.get(writer) + 1;
        sent.set(writer, number);
        return number;
    }

    void acknowledge(int writer, long number) {
        acknowledged.set(writer, number);
    }

    /** Transactions acknowledged to all writers. */
    long total() {
        return IntStream.range(0, writers()).mapToLong(acknowledged::get).sum();
    }

    /** As of now. */
    Ledger copy() {
        return upTo(this);
    }

    /** What must be found at a point that was fixed after {@code this} was noted, and before {@code later} was. */
    Ledger upTo(Ledger later) {
        Ledger copy = new Ledger(writers());
        for (int writer = 0; writer < writers(); writer++) {
            // In this order: a writer that goes on meanwhile makes the bounds wider, never wrong.
            copy.acknowledged.set(writer, acknowledged.get(writer));
            copy.sent.set(writer, later.sent.get(writer));
        }
        return copy;
    }

    /** The tables that the writers fill. */
    void createTables(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE shared (writer int, number bigint, origin text, payload text,"
                + " PRIMARY KEY (writer, number))");
        statement.execute("CREATE TABLE counters (writer int PRIMARY KEY, number bigint NOT NULL)");
        for (int writer = 0; writer < writers(); writer++) {
            statement.execute("CREATE TABLE own_" + writer + " (number bigint PRIMARY KEY, payload text)");
            statement.execute("INSERT INTO counters VALUES (" + writer + ", 0)");
        }
    }

    /**
     * Compares a server with this ledger: everything acknowledged is there, nothing is that was never sent, and each
     * transaction is there as a whole or not at all. Then the ledger stands where the server does.
     *
     * @param what for messages
     */
    void verify(Connection connection, String what) throws SQLException {
        for (String prepared : strings(connection, "SELECT gid FROM pg_prepared_xacts")) {
            int writer = Integer.parseInt(prepared.split("-")[0]);
            long number = Long.parseLong(prepared.split("-")[1]);
            assertTrue(number > acknowledged.get(writer) && number <= sent.get(writer),
                    () -> what + ": transaction " + prepared + " is prepared still, acknowledged are "
                            + acknowledged.get(writer) + ", sent " + sent.get(writer));
            strings(connection, "ROLLBACK PREPARED '" + prepared + "'");
        }
        for (int writer = 0; writer < writers(); writer++) {
            verify(connection, writer, what + ", writer " + writer);
        }
        assertEquals(List.of(), strings(connection, "SELECT writer || '-' || number FROM shared WHERE payload <> "
                + payload("writer", "number")), what + ": changed payloads");
    }

    private void verify(Connection connection, int writer, String what) throws SQLException {
        List<String> found = strings(connection, "SELECT count(*) || ' from ' || min(number) || ' to ' || max(number)"
                + " FROM own_" + writer + " HAVING count(*) > 0");
        long last = number(connection, "SELECT coalesce(max(number), 0) FROM own_" + writer);
        assertEquals(last == 0 ? List.of() : List.of(last + " from 1 to " + last), found, what + ": own rows");
        assertEquals(last, number(connection, "SELECT count(*) FROM shared WHERE writer = " + writer),
                what + ": shared rows");
        assertEquals(last, number(connection, "SELECT coalesce(max(number), 0) FROM shared WHERE writer = " + writer),
                what + ": last shared row");
        assertEquals(last, number(connection, "SELECT number FROM counters WHERE writer = " + writer),
                what + ": counter");
        assertTrue(acknowledged.get(writer) <= last, what + ": acknowledged " + acknowledged.get(writer)
                + " but only " + last + " are there");
        assertTrue(last <= sent.get(writer), what + ": sent " + sent.get(writer) + " but " + last + " are there");
        acknowledged.set(writer, last);
        sent.set(writer, last);
    }

    /** The SQL for what stands in a row; from a few bytes to more than a page of WAL. */
    static String payload(String writer, String number) {
        return "repeat(md5(" + writer + " || '-' || " + number + "), (1 + " + number + " * " + number + " % 150)::int)";
    }

    static long number(Connection connection, String sql) throws SQLException {
        return Long.parseLong(strings(connection, sql).getFirst());
    }

    /** The first column; empty for a statement without rows. */
    static List<String> strings(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<String> values = new ArrayList<>();
            if (statement.execute(sql)) {
                ResultSet rows = statement.getResultSet();
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
            }
            return values;
        }
    }
}
