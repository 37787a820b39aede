package dev.neon.difference;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.rmgr.heap.RowCount;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import dev.neon.walindex.IndexedSegment;
import dev.neon.walindex.WalIndex;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What happened to relations in a range of WAL: which blocks may be different, and how many rows committed transactions
 * changed. What transactions did before the range that committed in it counts as well.
 */
public final class WalChanges {
    /** What an index says where nothing told it better. */
    private static final long NO_XID_KNOWN = 2;

    private final WalSource source;
    private final Lsn from;
    private final long nextXid;
    private final TouchTable touches;
    private final OpenTransactions open;
    /** Committed in the range, and older than it; subtransactions among them. */
    private final Set<Integer> older = new HashSet<>();
    private boolean isWhole = true;

    private WalChanges(WalSource source, Lsn from, long nextXid) {
        this.source = source;
        this.from = from;
        this.nextXid = nextXid;
        this.touches = new TouchTable(WalDialect.of(source.major()));
        this.open = new OpenTransactions((relation, rows) -> touches.of(relation).rows(rows));
    }

    /**
     * Reads the range.
     *
     * @param from    exclusive, a boundary
     * @param to      inclusive, a boundary
     * @param nextXid 64 bits: the first id that was not given out at {@code from}
     * @param index   asked if transactions committed that had begun before the range
     * @throws dev.neon.repo.error.CorruptFileException    if the WAL is damaged
     * @throws dev.neon.repo.error.NotFoundException       if it ends too early
     * @throws dev.neon.repo.error.UnsupportedWalException if a heap's record has a form that the release does not have
     */
    public static WalChanges between(WalSource source, Lsn from, Lsn to, long nextXid, Supplier<WalIndex> index) {
        WalChanges changes = new WalChanges(source, from, nextXid);
        if (from.isBefore(to)) {
            changes.read(to);
            if (!changes.older.isEmpty()) {
                changes.readOlder(index.get());
            }
        }
        return changes;
    }

    private void read(Lsn to) {
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.endLsn() < to.value()) {
                if (!reader.next()) {
                    throw reader.endsBefore(to);
                }
                WalRecord record = reader.record();
                touches.addBlocks(record);
                if (TransactionEnd.isEnd(record)) {
                    end(record);
                } else {
                    addRows(record);
                }
            }
        }
    }

    private void addRows(WalRecord record) {
        RowCount rows = touches.rows(record);
        if (!rows.isNone()) {
            open.add(record.xid(), record.locator(0), rows);
        }
    }

    private void end(WalRecord record) {
        open.end(record);
        if (TransactionEnd.isCommit(record)) {
            addIfOlder(TransactionEnd.xid(record));
            for (int subtransaction : TransactionEnd.subtransactions(record)) {
                addIfOlder(subtransaction);
            }
        }
    }

    private void addIfOlder(int xid) {
        if (xid - (int) nextXid < 0) {
            older.add(xid);
        }
    }

    /** Reads what the older transactions did before the range, from where the first of them can have begun. */
    private void readOlder(WalIndex index) {
        long first = older.stream().mapToLong(xid -> nextXid + (xid - (int) nextXid)).min().orElseThrow();
        Optional<Lsn> begin = Optional.empty();
        boolean isHome = false;
        for (IndexedSegment segment : index.newestFirst()) {
            SegmentSummary summary = segment.summary();
            if (summary.start().isBefore(from) && summary.hasRecords()) {
                begin = Optional.of(summary.firstRecord());
                isHome = summary.xidBefore() < first && summary.xidBefore() > NO_XID_KNOWN;
                if (isHome) {
                    break;
                }
            }
        }
        isWhole = isHome;
        if (begin.isPresent()) {
            readOlder(begin.get());
        }
    }

    private void readOlder(Lsn begin) {
        try (WalReader reader = WalReader.from(source, begin)) {
            while (reader.endLsn() < from.value() && reader.next() && reader.endLsn() <= from.value()) {
                WalRecord record = reader.record();
                if (older.contains(record.xid()) && !TransactionEnd.isEnd(record)) {
                    touches.addBlocks(record);
                    RowCount rows = touches.rows(record);
                    if (!rows.isNone()) {
                        touches.of(record.locator(0)).rows(rows);
                    }
                }
            }
        }
    }

    /** Whether all blocks are known that transactions older than the range touched and that committed in it. */
    public boolean isWhole() {
        return isWhole;
    }

    /** Every relation that a record refers to, in no particular order. */
    public List<RelationChange> relations() {
        return touches.all().stream().map(RelationTouches::toChange).toList();
    }

    /** By their files. */
    public Map<RelFileLocator, RelationChange> byRelation() {
        Map<RelFileLocator, RelationChange> all = new HashMap<>();
        relations().forEach(change -> all.put(change.relation(), change));
        return all;
    }
}
