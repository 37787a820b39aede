package dev.neon.wal;

import static dev.neon.wal.CraftedWal.PAGE;
import static dev.neon.wal.CraftedWal.SEGMENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.NotFoundException;
import dev.neon.wal.CraftedWal.Written;
import dev.neon.wal.EndOfWal.Mode;
import dev.neon.wal.WalPosition.BeforeHistory;
import dev.neon.wal.WalPosition.BeyondEnd;
import dev.neon.wal.WalPosition.Boundary;
import dev.neon.wal.WalPosition.Inside;
import dev.neon.wal.WalkEnd.NoMoreWal;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Histories of several timelines, in memory: what is read from whom, positions, and the segment that a fork needs. */
class ForkTest {
    private static final Lsn BASE = new Lsn((long) CraftedWal.FIRST_SEGMENT * SEGMENT);

    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
    private final Path parent = memory.getPath("/parent/wal");
    private final Path child = memory.getPath("/child/wal");
    private final CraftedWal wal = new CraftedWal(PostgresMajor.V16);
    private final PlainFileSteps files = new PlainFileSteps();

    @BeforeEach
    void twoDirectories() throws IOException {
        Files.createDirectories(parent);
        Files.createDirectories(child);
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    private WalSource forkedAt(Lsn fork) throws IOException {
        wal.writeTo(parent);
        return WalSource.of(wal.identity(), List.of(new WalSpan(parent, BASE, Optional.of(fork)),
                new WalSpan(child, fork, Optional.empty())));
    }

    private static void assertEnd(Lsn expected, WalSource source) {
        for (Mode mode : Mode.values()) {
            assertEquals(expected, EndOfWal.find(source, Optional.empty(), mode).end());
        }
    }

    @Test
    void ancestorsAreSeenUpToTheForkOnly() throws IOException {
        wal.record(500);
        Written last = wal.record(600);
        wal.record(700);
        WalSource source = forkedAt(last.end());
        assertEnd(last.end(), source);
        EndOfWal found = EndOfWal.find(source, Optional.empty(), Mode.LIVE);
        assertEquals(new NoMoreWal(last.end(), WalkEnd.Reason.FORK_POINT), found.why());
        assertEquals(Optional.of(last.start()), found.lastRecord());
    }

    @Test
    void aForkOnASegmentBoundaryThatHasNotRun() throws IOException {
        wal.record(500);
        Written last = wal.switchSegment();
        wal.record(700);
        WalSource source = forkedAt(last.end());
        assertEnd(last.end(), source);
        assertEquals(Optional.empty(), new WalCut(files).write(source, last.end(), child));
        assertEquals(List.of(), files.done);
    }

    @Test
    void theChildsOwnSegmentWinsAndGoesOn() throws IOException {
        wal.record(500);
        Written fork = wal.record(600);
        CraftedWal own = new CraftedWal(PostgresMajor.V16);
        own.record(500);
        own.record(600);
        Written last = own.record(90);
        wal.record(7000);
        WalSource source = forkedAt(fork.end());
        own.writeTo(child);
        assertEnd(last.end(), source);
    }

    @Test
    void linksToAncestorsSegmentsAreNotTheChilds() throws IOException {
        wal.record(500);
        Written fork = wal.record(600);
        wal.record(700);
        WalSource source = forkedAt(fork.end());
        Path name = wal.path(parent, BASE.value()).getFileName();
        Files.createSymbolicLink(child.resolve(name), parent.resolve(name));
        assertEnd(fork.end(), source);
    }

    @Test
    void cutHasTheBytesUpToTheForkAndZerosAfter() throws IOException {
        wal.record(500);
        Written fork = wal.record(2 * PAGE + 600);
        wal.record(700);
        WalSource source = forkedAt(fork.end());
        Path cut = new WalCut(files).write(source, fork.end(), child).orElseThrow();
        byte[] expected = Files.readAllBytes(wal.path(parent, BASE.value()));
        Arrays.fill(expected, (int) fork.end().minus(BASE), SEGMENT, (byte) 0);
        assertArrayEquals(expected, Files.readAllBytes(cut));
        assertEquals(wal.path(child, BASE.value()), cut);
        String name = cut.getFileName().toString();
        assertEquals(List.of("create " + name + ".tmp", "sync " + name + ".tmp", "rename " + name, "sync wal"),
                files.done);
        assertEnd(fork.end(), source);
    }

    @Test
    void cutReplacesWhatAnAttemptLeft() throws IOException {
        Written fork = wal.record(500);
        WalSource source = forkedAt(fork.end());
        Path left = child.resolve(wal.path(child, BASE.value()).getFileName() + ".tmp");
        Files.write(left, new byte[77]);
        new WalCut(files).write(source, fork.end(), child);
        assertFalse(Files.exists(left));
        assertEnd(fork.end(), source);
    }

    @Test
    void cutAtAPageLeavesNoHeaderThere() throws IOException {
        Lsn page = BASE.plus(PAGE);
        wal.record(100);
        assertEquals(page, wal.recordEndingAt(page).end());
        wal.record(700);
        WalSource source = forkedAt(page);
        WalSource whole = WalSource.of(wal.identity(), parent);
        Path cut = new WalCut(files).write(source, page, child).orElseThrow();
        byte[] atPage = Files.readAllBytes(cut);
        assertArrayEquals(new byte[SEGMENT - PAGE], Arrays.copyOfRange(atPage, PAGE, SEGMENT));
        new WalCut(files).write(whole, page.plus(24), child);
        assertArrayEquals(atPage, Files.readAllBytes(cut));
    }

    @Test
    void cutBeyondTheAncestorIsRefused() throws IOException {
        wal.record(100);
        WalSource source = forkedAt(wal.end());
        assertThrows(NotFoundException.class,
                () -> new WalCut(files).write(source, BASE.plus(5L * SEGMENT + PAGE), child));
        assertEquals(List.of(), files.done);
    }

    @Test
    void clearingATailNeverTouchesAnAncestor() throws IOException {
        wal.record(100);
        Lsn fork = wal.end();
        wal.record(700);
        assertFalse(new WalTail(files).clear(forkedAt(fork), fork, child));
        assertEquals(List.of(), files.done);
    }

    @Test
    void everyPositionOfASmallHistory() throws IOException {
        wal.record(100);
        wal.recordEndingAt(BASE.plus(PAGE));
        wal.record(24);
        wal.record(PAGE);
        wal.abandonRecordAndGoOn();
        wal.record(77);
        wal.switchSegment();
        wal.record(50);
        WalSource source = wal.source(parent);
        RecordBoundaries boundaries = RecordBoundaries.of(source, wal.end());
        for (Lsn lsn : interesting()) {
            Lsn before = BASE;
            WalPosition expected = new Boundary(BASE);
            for (Written each : wal.records()) {
                if (lsn.isAfter(each.start()) && lsn.isBefore(each.end())) {
                    expected = new Inside(before, each.end());
                } else if (!lsn.isBefore(each.end())) {
                    expected = new Boundary(each.end());
                }
                before = each.end();
            }
            assertEquals(expected, boundaries.locate(lsn), lsn.toString());
        }
        assertEquals(new Boundary(wal.end()), boundaries.locate(wal.end()));
        assertEquals(new BeyondEnd(wal.end()), boundaries.locate(wal.end().plus(8)));
        assertEquals(new BeforeHistory(BASE), boundaries.locate(BASE.plus(-1)));
    }

    /** Around each record's ends, over the first pages' headers, and some others. */
    private Set<Lsn> interesting() {
        Set<Lsn> positions = new TreeSet<>();
        for (Written each : wal.records()) {
            for (int near = -2; near <= 2; near++) {
                positions.add(each.start().plus(near));
                positions.add(each.end().plus(near));
            }
        }
        for (int page = 0; page < 6; page++) {
            for (int offset = 0; offset <= 48; offset++) {
                positions.add(BASE.plus((long) page * PAGE + offset));
            }
        }
        for (long at = 0; at < SEGMENT; at += 2039) {
            positions.add(BASE.plus(at));
        }
        positions.removeIf(lsn -> lsn.isBefore(BASE) || !lsn.isBefore(wal.end()));
        return positions;
    }

    @Test
    void theHeaderAfterAnEndOnAPageIsTheSamePoint() throws IOException {
        wal.record(100);
        Lsn end = wal.recordEndingAt(BASE.plus(PAGE)).end();
        RecordBoundaries boundaries = RecordBoundaries.of(wal.source(parent), end);
        assertEquals(new Boundary(end), boundaries.locate(end.plus(24)));
        assertEquals(new BeyondEnd(end), boundaries.locate(end.plus(25)));
    }

    @Test
    void aHistoryThatBeginsWithinARecord() throws IOException {
        wal.record(100);
        Written crossing = wal.record(SEGMENT + 100);
        wal.record(100);
        WalSource source = wal.source(parent);
        Files.delete(wal.path(parent, BASE.value()));
        RecordBoundaries boundaries = RecordBoundaries.of(source, wal.end());
        assertEquals(new BeforeHistory(crossing.end()), boundaries.locate(BASE.plus(SEGMENT + 50)));
        assertEquals(new Boundary(crossing.end()), boundaries.locate(crossing.end()));
        assertEnd(wal.end(), source);
    }
}
