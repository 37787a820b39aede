package dev.neon.cli.command;

import dev.neon.cli.CommandLine;
import java.util.concurrent.atomic.AtomicLong;

/** Writes to the branch main all the while: 500 rows in each transaction, which have its number. */
final class MainWriter {
    private static final long ROWS = 500;
    /** As many have room in a page: 8168 bytes, and each takes 440 and 4 for where it is. */
    private static final long ROWS_IN_PAGE = 18;

    private final CommandLine neon;
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();

    MainWriter(CommandLine neon) {
        this.neon = neon;
        Sql.run(neon, "main", "create table t (transaction int, a int, b text)");
    }

    void write() {
        long number = begun.incrementAndGet();
        Sql.run(neon, "main", "insert into t select " + number + ", g, repeat('x', 400) from generate_series(1, " + ROWS + ") g");
        acknowledged.set(number);
    }

    /** Transactions that are certainly there. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** Transactions that may be there. */
    long begun() {
        return begun.get();
    }

    /**
     * What a server has: whole transactions from the first one on, each with all its rows.
     *
     * @return how many
     */
    static long read(CommandLine neon, String branch) {
        String found = Sql.query(neon, branch, "select concat_ws(' ', count(*), count(distinct (transaction, a)),"
                + " coalesce(max(transaction), 0), count(*) filter (where length(b) = 400)) from t");
        long transactions = Long.parseLong(found.split(" ")[2]);
        long rows = transactions * ROWS;
        String expected = rows + " " + rows + " " + transactions + " " + rows;
        if (!found.equals(expected)) {
            throw new AssertionError(branch + " has rows, different, transactions, whole: " + found + " and not " + expected);
        }
        return transactions;
    }

    /** How many pages so many transactions fill. */
    static long pages(long transactions) {
        return Math.ceilDiv(transactions * ROWS, ROWS_IN_PAGE);
    }

    /** The table's pages at a point, by neon's own reading, without a server. */
    static long pagesAt(CommandLine neon, String revision) {
        String all = neon.ok("relations", "--porcelain", "-d", "postgres", revision);
        String table = all.lines().filter(line -> line.startsWith("relation\tpostgres\tpublic\tt\t")).findFirst()
                .orElseThrow(() -> new AssertionError(revision + " has no table: " + all));
        return Long.parseLong(table.split("\t")[6]);
    }
}
