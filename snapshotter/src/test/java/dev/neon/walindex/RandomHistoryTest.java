package dev.neon.walindex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.postgres.TimestampTz;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.walindex.IndexPart;
import dev.neon.repo.walindex.TransactionPart;
import dev.neon.wal.CraftedWal.Written;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Histories of random transactions over many segments, whose truth the test knows: the index must tell it, whether it
 * was made at once or step by step. Subtransactions, prepared transactions, clocks that go back and crashes are in it.
 */
class RandomHistoryTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir Path directory;

    private record End(Lsn start, Lsn end, long time) {}

    private record Sum(long records, long bytes) {
        Sum plus(Sum other) {
            return new Sum(records + other.records, bytes + other.bytes);
        }
    }

    /** In the middle of it a part of the index is full. */
    private final TransactionWal wal = new TransactionWal(IndexPart.SEGMENTS - 6);
    private final List<End> ends = new ArrayList<>();
    /** What each transaction wrote; once it has ended with what its subtransactions wrote. */
    private final Map<Long, Sum> written = new HashMap<>();
    private final Map<Long, Lsn> endOf = new HashMap<>();
    private final Map<Long, Boolean> prepared = new HashMap<>();
    private final Map<Long, Lsn> lost = new HashMap<>();
    private final Map<Long, List<Long>> open = new HashMap<>();
    private final Map<String, Lsn> restorePoints = new HashMap<>();
    private final List<Lsn> boundaries = new ArrayList<>();
    private long clock = TimestampTz.of(START);

    /** The last seed begins below the end of an epoch. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theIndexTellsTheTruth(long seed) throws IOException {
        Random random = new Random(seed);
        long firstXid = seed == 3 ? (1L << 33) - 500 : 740;
        long newest = write(random, firstXid);
        IndexedTimeline atOnce = IndexedTimeline.root(directory.resolve("once"));
        check(atOnce.open(wal.wal()), firstXid, newest);
        check(atOnce.openUpTo(wal.wal(), wal.end()), firstXid, newest);
        IndexedTimeline inSteps = IndexedTimeline.root(directory.resolve("steps"));
        wal.wal().writeTo(inSteps.walDirectory());
        for (int i = 0; i < boundaries.size(); i += 1 + random.nextInt(boundaries.size() / 5)) {
            inSteps.openUpTo(wal.wal(), boundaries.get(i));
        }
        check(inSteps.openUpTo(wal.wal(), wal.end()), firstXid, newest);
    }

    private long write(Random random, long firstXid) {
        long next = firstXid;
        wal.checkPoint(0x00, next, START);
        for (int i = 0; wal.end().value() < (long) (IndexPart.SEGMENTS + 8) << 20; i++) {
            clock += random.nextInt(50) == 0 ? -random.nextInt(3_000_000) : random.nextInt(100_000);
            boundaries.add(wal.end());
            int choice = random.nextInt(1000);
            if (choice < 200) {
                open.put(next, new ArrayList<>());
                count(next, wal.insert(next, relation(random), 1 + random.nextInt(20_000)));
                next = after(next);
            } else if (choice < 300 && !open.isEmpty()) {
                long top = any(random);
                if (!prepared.containsKey(top)) {
                    open.get(top).add(next);
                    count(next, wal.insert(next, relation(random), 10));
                    next = after(next);
                }
            } else if (choice < 500 && !open.isEmpty()) {
                end(random, any(random));
            } else if (choice < 520 && !open.isEmpty()) {
                long top = any(random);
                if (prepared.put(top, true) == null) {
                    count(top, wal.prepare(top));
                }
            } else if (choice < 525) {
                String name = "point " + random.nextInt(5);
                restorePoints.put(name, wal.restorePoint(name, clock).end());
            } else if (choice < 527) {
                wal.checkPoint(0x10, next + random.nextInt(3), START);
            } else if (choice == 527) {
                crash(next);
            } else if (choice == 528) {
                wal.wal().switchSegment();
            } else if (!open.isEmpty()) {
                long top = any(random);
                if (!prepared.containsKey(top)) {
                    count(top, wal.insert(top, relation(random), 1 + random.nextInt(9000)));
                }
            }
        }
        return next - 1;
    }

    /** Ids whose lower half is below 3 are left out, as PostgreSQL does. */
    private static long after(long xid) {
        return (int) (xid + 1) == 0 ? xid + 4 : xid + 1;
    }

    private static RelFileLocator relation(Random random) {
        return new RelFileLocator(1663, 5, 16_384 + random.nextInt(40));
    }

    private long any(Random random) {
        List<Long> tops = open.keySet().stream().sorted().toList();
        return tops.get(random.nextInt(tops.size()));
    }

    private void end(Random random, long top) {
        long[] subtransactions = open.remove(top).stream().mapToLong(Long::longValue).toArray();
        Written record = prepared.remove(top) != null ? wal.commitPrepared(top, clock, subtransactions)
                : random.nextBoolean() ? wal.commit(top, clock, subtransactions)
                : wal.abort(top, clock, subtransactions);
        count(top, record);
        ends.add(new End(record.start(), record.end(), clock));
        endOf.put(top, record.end());
        for (long subtransaction : subtransactions) {
            endOf.put(subtransaction, record.end());
            written.merge(top, written.get(subtransaction), Sum::plus);
        }
    }

    private void count(long xid, Written record) {
        written.merge(xid, new Sum(1, record.length()), Sum::plus);
    }

    private void crash(long next) {
        Lsn restart = wal.checkPoint(0x00, next, START).end();
        List.copyOf(open.keySet()).stream().filter(top -> !prepared.containsKey(top)).forEach(top -> {
            open.remove(top).forEach(subtransaction -> lost.put(subtransaction, restart));
            lost.put(top, restart);
        });
    }

    private void check(WalIndex index, long firstXid, long newest) {
        for (End end : ends) {
            for (long time : new long[] {end.time() - 1, end.time()}) {
                Optional<Lsn> expected = ends.stream().filter(later -> later.time() > time).findFirst().map(End::start);
                assertEquals(expected, index.firstEndAfter(time));
            }
        }
        for (long xid = firstXid; xid <= newest; xid++) {
            TransactionFate fate = index.fateOf(xid);
            if (endOf.containsKey(xid)) {
                assertEquals(new TransactionFate.Ended(endOf.get(xid)), fate, "xid " + xid);
            } else if (lost.containsKey(xid)) {
                assertEquals(new TransactionFate.Lost(lost.get(xid)), fate, "xid " + xid);
            } else if (prepared.containsKey(xid)) {
                assertEquals(new TransactionFate.Prepared(), fate, "xid " + xid);
            } else if (open.containsKey(xid)) {
                assertEquals(new TransactionFate.Running(), fate, "xid " + xid);
            }
        }
        assertEquals(new TransactionFate.BeforeHistory(firstXid), index.fateOf(firstXid - 1));
        Map<String, Lsn> newestOfName = new HashMap<>();
        index.restorePoints().forEach(point -> newestOfName.putIfAbsent(point.name(), point.end()));
        assertEquals(restorePoints, newestOfName);
        checkParts(index);
    }

    /** The parts of a transaction that ends away from home are all that it did. */
    private void checkParts(WalIndex index) {
        List<TransactionPart> parts = new ArrayList<>();
        index.newestFirst().forEach(segment -> parts.addAll(segment.details().transactions()));
        for (TransactionPart last : parts) {
            last.end().ifPresent(end -> {
                List<TransactionPart> own = parts.stream().filter(part -> part.xid() == last.xid()
                        || end.hasSubtransaction(part.xid())).toList();
                assertEquals(written.get(last.xid()), new Sum(own.stream().mapToLong(TransactionPart::records).sum(),
                        own.stream().mapToLong(TransactionPart::bytes).sum()), "xid " + last.xid());
            });
        }
    }
}
