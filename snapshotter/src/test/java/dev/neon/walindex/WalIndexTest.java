package dev.neon.walindex;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.repo.walindex.TransactionPart;
import dev.neon.wal.CraftedWal;
import dev.neon.wal.CraftedWal.Written;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalIndexTest {
    private static final RelFileLocator TABLE = new RelFileLocator(1663, 5, 16_384);
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir Path directory;
    private final TransactionWal wal = new TransactionWal();

    /** Transactions of 40 kB, one after the other, each at the time that is its id. */
    private void transactions(long from, long to) {
        for (long xid = from; xid < to; xid++) {
            for (int i = 0; i < 4; i++) {
                wal.insert(xid, TABLE, 10_000);
            }
            wal.commit(xid, xid);
        }
    }

    private static List<SegmentSummary> summaries(WalIndex index) {
        List<SegmentSummary> summaries = new ArrayList<>();
        index.newestFirst().forEach(segment -> summaries.addFirst(segment.summary()));
        return summaries;
    }

    private static Path onlyPart(IndexedTimeline timeline) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(timeline.indexDirectory())) {
            List<Path> parts = new ArrayList<>();
            files.forEach(parts::add);
            assertEquals(1, parts.size(), parts.toString());
            return parts.getFirst();
        }
    }

    @Test
    void aTransactionOverSeveralSegmentsHasAPartInEach() throws IOException {
        wal.checkPoint(0x00, 740, START);
        Written first = wal.insert(740, TABLE, 100);
        wal.insert(741, new RelFileLocator(1663, 5, 17_000), 50);
        for (int i = 0; i < 250; i++) {
            wal.insert(740, TABLE, 10_000);
        }
        Written commit = wal.commit(740, 99, 741);
        WalIndex index = IndexedTimeline.root(directory).open(wal.wal());
        List<TransactionPart> parts = new ArrayList<>();
        index.newestFirst().forEach(segment -> segment.details().transactions().forEach(parts::addFirst));
        assertEquals(List.of(741L, 740L, 740L, 740L), parts.stream().map(TransactionPart::xid).toList());
        assertEquals(first.start(), parts.get(1).first());
        assertEquals(252, parts.stream().filter(part -> part.xid() == 740).mapToLong(TransactionPart::records).sum());
        assertEquals(250 * 10_000 + 100, parts.stream().filter(part -> part.xid() == 740)
                .flatMap(part -> part.relations().stream()).mapToLong(touched -> touched.bytes()).sum());
        assertEquals(Optional.of(commit.end()), parts.getLast().end().map(end -> end.end()));
        assertTrue(parts.getLast().end().orElseThrow().hasSubtransaction(741));
    }

    @Test
    void transactionsThatASegmentTellsAloneAreNotListed() throws IOException {
        wal.checkPoint(0x00, 740, START);
        transactions(740, 840);
        for (IndexedSegment segment : IndexedTimeline.root(directory).open(wal.wal()).newestFirst()) {
            assertTrue(segment.details().transactions().size() <= 2, segment.details().toString());
            assertTrue(segment.summary().commits() >= 3);
        }
    }

    @Test
    void onlyCompleteSegmentsAreWritten() throws IOException {
        wal.checkPoint(0x00, 740, START);
        transactions(740, 760);
        IndexedTimeline timeline = IndexedTimeline.root(directory);
        timeline.open(wal.wal());
        assertFalse(Files.exists(timeline.indexDirectory()));
        wal.wal().switchSegment();
        timeline.open(wal.wal());
        assertFalse(Files.exists(timeline.indexDirectory()), "the next segment has not been begun");
        transactions(760, 762);
        timeline.open(wal.wal());
        assertTrue(Files.exists(onlyPart(timeline)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 20, 79, 90, 160, 170, -1})
    void aDamagedPartIsMadeAnew(int offset) throws IOException {
        wal.checkPoint(0x00, 740, START);
        transactions(740, 840);
        IndexedTimeline timeline = IndexedTimeline.root(directory);
        List<SegmentSummary> expected = summaries(timeline.open(wal.wal()));
        byte[] whole = Files.readAllBytes(onlyPart(timeline));
        byte[] damaged = whole.clone();
        damaged[offset < 0 ? damaged.length - 1 : offset] ^= 0x40;
        Files.write(onlyPart(timeline), damaged);
        assertEquals(expected, summaries(timeline.open(wal.wal())));
        assertArrayEquals(whole, Files.readAllBytes(onlyPart(timeline)));
        Files.write(onlyPart(timeline), new byte[] {'N', 'W'});
        assertEquals(expected, summaries(timeline.open(wal.wal())));
        assertArrayEquals(whole, Files.readAllBytes(onlyPart(timeline)));
    }

    /** A copy of an older state of the WAL was put back, and a server went on from there. */
    @Test
    void anIndexOfOtherWalIsMadeAnew() throws IOException {
        wal.checkPoint(0x00, 740, START);
        transactions(740, 840);
        IndexedTimeline timeline = IndexedTimeline.root(directory);
        timeline.open(wal.wal());
        TransactionWal other = new TransactionWal();
        other.checkPoint(0x00, 740, START);
        for (long xid = 740; xid < 860; xid++) {
            other.insert(xid, TABLE, 30_000);
            other.abort(xid, 2 * xid);
        }
        WalIndex index = timeline.open(other.wal());
        assertEquals(summaries(IndexedTimeline.root(directory.resolve("fresh")).open(other.wal())), summaries(index));
        assertEquals(new TransactionFate.Ended(other.end()), index.fateOf(859));
    }

    @Test
    void damageThatCameLaterIsNoAnswer() throws IOException {
        wal.checkPoint(0x00, 740, START);
        transactions(740, 840);
        IndexedTimeline timeline = IndexedTimeline.root(directory);
        timeline.open(wal.wal());
        Path second = timeline.walDirectory().resolve("000000010000000000000004");
        byte[] damaged = Files.readAllBytes(second);
        damaged[100_000] ^= 1;
        Files.write(second, damaged);
        WalIndex index = timeline.openUpTo(wal.wal(), wal.end());
        long last = summaries(index).get(1).lastTime();
        assertThrows(CorruptFileException.class, () -> index.firstEndAfter(last - 1));
        assertThrows(CorruptFileException.class, () -> index.fateOf(last));
        assertEquals(Optional.of(endOf(839).start()), index.firstEndAfter(838));
    }

    private Written endOf(long xid) {
        return wal.wal().records().stream().filter(record -> record.rmid() == 1 && record.xid() == xid).findFirst()
                .orElseThrow();
    }

    @Test
    void whatCannotBeWrittenIsKeptInMemory() throws IOException {
        wal.checkPoint(0x00, 740, START);
        transactions(740, 840);
        IndexedTimeline timeline = IndexedTimeline.root(directory);
        Files.createDirectories(timeline.indexDirectory().getParent());
        Files.writeString(timeline.indexDirectory(), "in the way");
        assertEquals(new TransactionFate.Ended(wal.end()), timeline.open(wal.wal()).fateOf(839));
    }

    @Test
    void segmentsThatWereCollectedAreForgotten() throws IOException {
        wal.checkPoint(0x00, 740, START);
        transactions(740, 940);
        IndexedTimeline timeline = IndexedTimeline.root(directory);
        List<SegmentSummary> all = summaries(timeline.open(wal.wal()));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(timeline.walDirectory())) {
            for (Path file : files) {
                if (file.getFileName().toString().endsWith("3") || file.getFileName().toString().endsWith("4")) {
                    Files.delete(file);
                }
            }
        }
        WalIndex fewer = timeline.openUpTo(wal.wal(), wal.end());
        assertEquals(all.subList(2, all.size()), summaries(fewer));
        assertEquals(new TransactionFate.BeforeHistory(all.get(2).xidBefore() + 1), fewer.fateOf(745));
    }

    /** The child's first segment repeats the parent's bytes; what the parent did after the fork is not the child's. */
    @Test
    void aForkWithinASegment() throws IOException {
        wal.checkPoint(0x00, 740, START);
        transactions(740, 815);
        Lsn fork = wal.end();
        IndexedTimeline parent = IndexedTimeline.root(directory);
        TransactionWal own = new TransactionWal();
        own.checkPoint(0x00, 740, START);
        for (long xid = 740; xid < 815; xid++) {
            for (int i = 0; i < 4; i++) {
                own.insert(xid, TABLE, 10_000);
            }
            own.commit(xid, xid);
        }
        assertEquals(fork, own.end());
        transactions(815, 900);
        parent.open(wal.wal());
        IndexedTimeline child = parent.fork(fork);
        assertEquals(new TransactionFate.NotBegun(814), child.openUpTo(wal.wal(), fork).fateOf(815));
        for (long xid = 815; xid < 900; xid++) {
            own.insert(xid, TABLE, 30_000);
            own.abort(xid, 2 * xid);
        }
        writeFrom(own.wal(), child, fork);
        WalIndex index = child.openUpTo(own.wal(), own.end());
        WalIndex alone = IndexedTimeline.root(directory.resolve("alone")).open(own.wal());
        assertEquals(summaries(alone), summaries(index));
        for (long time = 739; time < 1800; time += 3) {
            assertEquals(alone.firstEndAfter(time), index.firstEndAfter(time));
        }
        for (long xid = 740; xid < 900; xid++) {
            assertEquals(alone.fateOf(xid), index.fateOf(xid));
        }
        assertEquals(summaries(IndexedTimeline.root(directory.resolve("parent")).open(wal.wal())),
                summaries(parent.openUpTo(wal.wal(), wal.end())));
    }

    private static void writeFrom(CraftedWal wal, IndexedTimeline child, Lsn fork) throws IOException {
        Path all = Files.createTempDirectory(child.walDirectory().getParent(), "all");
        wal.writeTo(all);
        Files.createDirectories(child.walDirectory());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(all)) {
            for (Path file : files) {
                int segment = Integer.parseInt(file.getFileName().toString().substring(20), 16);
                if (segment >= fork.value() / CraftedWal.SEGMENT) {
                    Files.copy(file, child.walDirectory().resolve(file.getFileName()));
                }
            }
        }
    }

    @Test
    void manyCommandsAtOnce() throws Exception {
        wal.checkPoint(0x00, 740, START);
        transactions(740, 940);
        IndexedTimeline timeline = IndexedTimeline.root(directory);
        wal.wal().writeTo(timeline.walDirectory());
        List<Lsn> ends = wal.wal().records().stream().map(Written::end).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<TransactionFate>> tasks = new ArrayList<>();
            for (int i = 1; i <= 40; i++) {
                Lsn end = ends.get(ends.size() * i / 40 - 1);
                tasks.add(() -> timeline.openUpTo(wal.wal(), end).fateOf(745));
            }
            for (var result : threads.invokeAll(tasks).subList(2, 40)) {
                assertTrue(result.get() instanceof TransactionFate.Ended, result.get().toString());
            }
        }
        assertEquals(summaries(IndexedTimeline.root(directory.resolve("fresh")).open(wal.wal())),
                summaries(timeline.openUpTo(wal.wal(), wal.end())));
    }
}
