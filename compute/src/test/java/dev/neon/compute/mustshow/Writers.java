package dev.neon.compute.mustshow;

import dev.neon.compute.workspace.TestWorkspace;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Threads that write to the server of a branch and note in a {@link Ledger} what it acknowledged: plain commits, commits
 * after savepoints that are rolled back, two-phase commits, and transactions that are rolled back. They end when they
 * are closed or the server is gone.
 */
final class Writers implements AutoCloseable {
    /** What a server needs for them. */
    static final String SETTING = "max_prepared_transactions=20";

    private static final int SAVEPOINT_EVERY = 5;
    private static final int TWO_PHASE_EVERY = 7;
    private static final int ROLLBACK_EVERY = 6;
    private static final long PATIENCE_MILLIS = 60_000;

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final Ledger ledger;
    private final String origin;
    private volatile boolean stopped;

    private Writers(Ledger ledger, String origin) {
        this.ledger = ledger;
        this.origin = origin;
    }

    /** One thread for each writer of the ledger; the rows carry the name of the branch. */
    static Writers start(TestWorkspace neon, String branch, Ledger ledger) throws SQLException {
        Writers writers = new Writers(ledger, branch);
        for (int writer = 0; writer < ledger.writers(); writer++) {
            int number = writer;
            Connection connection = neon.connect(branch);
            writers.threads.add(Thread.ofPlatform().start(() -> writers.run(connection, number)));
        }
        return writers;
    }

    /** Waits until so many more transactions have been acknowledged. */
    Writers await(long more) throws InterruptedException {
        long target = ledger.total() + more;
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (ledger.total() < target) {
            if (!failures.isEmpty() || System.currentTimeMillis() > deadline) {
                throw new AssertionError("the writers came to " + ledger.total() + " of " + target, failures.peek());
            }
            Thread.sleep(2);
        }
        return this;
    }

    private void run(Connection connection, int writer) {
        try (connection; Statement statement = connection.createStatement()) {
            while (!stopped) {
                long number = ledger.send(writer);
                write(statement, writer, number);
                ledger.acknowledge(writer, number);
                if (number % ROLLBACK_EVERY == 0) {
                    statement.execute("BEGIN; INSERT INTO own_" + writer + " VALUES (" + -number + "); ROLLBACK");
                }
            }
        } catch (SQLException gone) {
            failures.add(gone);
        }
    }

    private void write(Statement statement, int writer, long number) throws SQLException {
        String payload = Ledger.payload("" + writer, "" + number + "::bigint");
        statement.execute("BEGIN");
        statement.execute("INSERT INTO own_" + writer + " VALUES (" + number + ", " + payload + ")");
        statement.execute("INSERT INTO shared VALUES (" + writer + ", " + number + ", '" + origin + "', "
                + payload + ")");
        if (number % SAVEPOINT_EVERY == 0) {
            statement.execute("SAVEPOINT a");
            statement.execute("INSERT INTO own_" + writer + " VALUES (" + -number + ", 'rolled back')");
            statement.execute("ROLLBACK TO a");
        }
        statement.execute("UPDATE counters SET number = " + number + " WHERE writer = " + writer);
        if (number % TWO_PHASE_EVERY == 0) {
            String name = "'" + writer + "-" + number + "'";
            statement.execute("PREPARE TRANSACTION " + name);
            statement.execute("COMMIT PREPARED " + name);
        } else {
            statement.execute("COMMIT");
        }
    }

    /** Waits for the transactions under way. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
