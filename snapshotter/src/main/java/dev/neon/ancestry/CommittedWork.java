package dev.neon.ancestry;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.Lsn;
import dev.neon.rmgr.RmgrRecord;
import dev.neon.rmgr.heap.Heap2Record;
import dev.neon.rmgr.heap.HeapRecord;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.wal.RecordBoundaries;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import dev.neon.walindex.IndexedSegment;
import dev.neon.walindex.WalIndex;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What transactions did in a stretch of WAL that somebody would miss: they committed, or were prepared, and inserted, updated
 * or deleted rows, drew from sequences, or made databases. What a server does by itself is no work: checkpoints, vacuum, and
 * statistics, for which autovacuum runs transactions of its own ({@code REL_15 analyze.c do_analyze_rel}: rows of pg_statistic,
 * and pg_class in place).
 *
 * @param transactions that did something
 * @param bytes        of WAL, everything included
 */
public record CommittedWork(long transactions, long bytes) {
    public static final CommittedWork NONE = new CommittedWork(0, 0);

    /** So many are read at once faster than an index is opened. */
    private static final long SHORT_SEGMENTS = 4;

    private static final int RM_DBASE = 4;
    private static final int RM_TBLSPC = 5;
    private static final int RM_RELMAP = 7;
    private static final int RM_HEAP2 = 9;
    private static final int RM_HEAP = 10;
    private static final int RM_SEQUENCE = 15;

    /** pg_statistic and pg_statistic_ext_data with what belongs to them, under the files that they have at first. */
    private static final Set<Integer> STATISTICS = Set.of(2619, 2840, 2841, 2696, 3429, 3430, 3431, 3433);

    /** Whether there is something to miss. */
    public boolean isAny() {
        return transactions > 0;
    }

    /**
     * Reads all WAL between two points.
     *
     * @param from exclusive: the end of a record
     * @param to   inclusive: the end of the last record that counts
     * @throws dev.neon.repo.error.CorruptFileException if it ends before, or is damaged
     */
    public static CommittedWork between(WalSource source, Lsn from, Lsn to) {
        long count = 0;
        if (from.isBefore(to)) {
            try (Scan scan = new Scan(source, from)) {
                while (scan.nextTransaction(to)) {
                    count++;
                }
            }
        }
        return new CommittedWork(count, Math.max(0, to.minus(from)));
    }

    /** Whether so much WAL lies between two points that it is worth an index. */
    static boolean isLong(WalSource source, Lsn from, Lsn to) {
        return from.isBefore(to) && to.minus(from) > SHORT_SEGMENTS * source.segmentSize();
    }

    /**
     * As the other, of which only the segments at both ends are read: in those between, all transactions count that committed,
     * statistics among them.
     */
    static CommittedWork between(WalIndex index, Lsn from, Lsn to) {
        WalSource source = index.source();
        long mask = -(long) source.segmentSize();
        Lsn first = new Lsn(from.value() + source.segmentSize() - 1L & mask);
        Lsn last = new Lsn(to.value() & mask);
        long count = between(source, from, first).transactions();
        for (IndexedSegment segment : index.newestFirst()) {
            Lsn start = segment.summary().start();
            if (start.isBefore(first)) {
                break;
            }
            count += start.isBefore(last) ? segment.summary().commits() : 0;
        }
        Optional<Lsn> tail = RecordBoundaries.firstRecord(source, last);
        count += tail.isPresent() ? between(source, tail.get(), to).transactions() : 0;
        return new CommittedWork(count, to.minus(from));
    }

    /** As {@link #between}, but ends at the first; true, too, if the WAL ends before {@code to}. */
    public static boolean isThereAny(WalSource source, Lsn from, Lsn to) {
        if (!from.isBefore(to)) {
            return false;
        }
        try (Scan scan = new Scan(source, from)) {
            return scan.nextTransaction(to) || scan.reader.end().isBefore(to);
        }
    }

    private static final class Scan implements AutoCloseable {
        private final WalReader reader;
        private final WalDialect dialect;
        /** The 32-bit ids of transactions and subtransactions under way, and whether they have done something. */
        private final Set<Integer> working = new HashSet<>();
        private final Set<Integer> idle = new HashSet<>();
        /** Those that were prepared on the way, and so counted already. */
        private final Set<Integer> prepared = new HashSet<>();
        private final XidsBefore before;

        Scan(WalSource source, Lsn from) {
            this.before = new XidsBefore(source, from);
            this.reader = WalReader.from(source, from);
            this.dialect = WalDialect.of(source.major());
        }

        /** Goes on to the next end of a transaction that did something. */
        boolean nextTransaction(Lsn to) {
            while (reader.end().isBefore(to) && reader.next()) {
                WalRecord record = reader.record();
                if (TransactionEnd.isEnd(record)) {
                    boolean isCounted = prepared.remove(TransactionEnd.xid(record));
                    Work work = work(record);
                    if (TransactionEnd.isCommit(record) && !isCounted && (work == Work.DONE || mayHaveWorkedBefore(record, work))) {
                        return true;
                    }
                } else if (TransactionEnd.isPrepare(record)) {
                    // It can be committed from here on, whatever becomes of it.
                    prepared.add(record.xid());
                    return true;
                } else if (record.xid() != 0) {
                    (isWork(record) ? working : idle).add(record.xid());
                }
            }
            return false;
        }

        /** What was seen of a transaction that ends. */
        private enum Work { NOTHING, IDLE, DONE }

        private Work work(WalRecord end) {
            int xid = TransactionEnd.xid(end);
            boolean isIdle = idle.remove(xid);
            boolean hasWorked = working.remove(xid);
            for (int subtransaction : TransactionEnd.subtransactions(end)) {
                isIdle |= idle.remove(subtransaction);
                hasWorked |= working.remove(subtransaction);
            }
            return hasWorked ? Work.DONE : isIdle ? Work.IDLE : Work.NOTHING;
        }

        /** Where the WAL before cannot tell, one of which nothing was seen has worked, and one that was idle has not. */
        private boolean mayHaveWorkedBefore(WalRecord end, Work seen) {
            Optional<Integer> highest = before.highest();
            if (highest.isEmpty()) {
                return seen == Work.NOTHING;
            }
            boolean isOlder = TransactionEnd.xid(end) - highest.get() <= 0;
            for (int subtransaction : TransactionEnd.subtransactions(end)) {
                isOlder |= subtransaction - highest.get() <= 0;
            }
            return isOlder;
        }

        private boolean isWork(WalRecord record) {
            return switch (record.rmid()) {
                case RM_SEQUENCE, RM_DBASE, RM_TBLSPC, RM_RELMAP -> true;
                case RM_HEAP, RM_HEAP2 -> record.hasBlock(0) && !STATISTICS.contains(record.relation(0))
                        && isOfRows(dialect.manager(record.rmid()).decode(record));
                default -> false;
            };
        }

        private static boolean isOfRows(RmgrRecord said) {
            return said instanceof HeapRecord.Insert || said instanceof HeapRecord.Update || said instanceof HeapRecord.Delete
                    || said instanceof Heap2Record.MultiInsert;
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
