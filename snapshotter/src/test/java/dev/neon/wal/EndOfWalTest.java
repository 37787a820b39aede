package dev.neon.wal;

import static dev.neon.wal.CraftedWal.PAGE;
import static dev.neon.wal.CraftedWal.SEGMENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.wal.CraftedWal.Written;
import dev.neon.wal.EndOfWal.Mode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hand-made ends of WAL, the ordinary and the torn. */
class EndOfWalTest {
    @TempDir
    Path directory;

    private final CraftedWal wal = new CraftedWal(PostgresMajor.V18);

    private static Lsn page(Lsn lsn) {
        return new Lsn((lsn.value() / PAGE + 1) * PAGE);
    }

    private static Lsn segment(Lsn lsn) {
        return new Lsn((lsn.value() / SEGMENT + 1) * SEGMENT);
    }

    private static void fill(CraftedWal wal, Lsn upTo) {
        while (wal.end().plus(2000).isBefore(upTo)) {
            wal.record(150 + wal.records().size() % 700);
        }
    }

    private void assertEnd(Written last) throws IOException {
        assertEnd(last, wal.source(directory));
    }

    private static void assertEnd(Written last, WalSource source) {
        for (Mode mode : Mode.values()) {
            for (Optional<Lsn> known : new Optional[] {Optional.<Lsn>empty(), Optional.of(last.start())}) {
                EndOfWal found = EndOfWal.find(source, known, mode);
                assertEquals(last.end(), found.end(), mode + " " + found.why());
                assertEquals(Optional.of(last.start()), found.lastRecord(), mode + " " + found.why());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PostgresMajor.class)
    void afterTheLastRecordOfEachMajor(PostgresMajor major) throws IOException {
        CraftedWal each = new CraftedWal(major);
        fill(each, page(each.end()).plus(3 * PAGE));
        assertEnd(each.last(), each.source(directory));
    }

    @Test
    void lastRecordCrossesAPage() throws IOException {
        fill(wal, page(wal.end()));
        assertEnd(wal.record(2100));
    }

    @Test
    void lastRecordCrossesManyPagesAndASegment() throws IOException {
        fill(wal, segment(wal.end()));
        assertEnd(wal.record(5 * PAGE));
    }

    @Test
    void lastRecordIsLongerThanASegment() throws IOException {
        fill(wal, segment(wal.end()));
        assertEnd(wal.record(2 * SEGMENT + 77));
    }

    @Test
    void headerOfTheLastRecordCrossesAPage() throws IOException {
        wal.recordEndingAt(page(wal.end()).plus(-16));
        assertEnd(wal.record(100));
    }

    @Test
    void headerOfTheLastRecordCrossesASegment() throws IOException {
        fill(wal, segment(wal.end()));
        wal.recordEndingAt(segment(wal.end()).plus(-8));
        assertEnd(wal.record(100));
    }

    @Test
    void aSmallRecordFollowsOneThatCrossesASegment() throws IOException {
        fill(wal, segment(wal.end()));
        wal.record(3 * PAGE);
        assertEnd(wal.record(24));
    }

    @Test
    void lastRecordEndsWithItsPage() throws IOException {
        wal.record(100);
        assertEnd(wal.recordEndingAt(page(wal.end())));
    }

    @Test
    void lastRecordEndsWithItsSegment() throws IOException {
        fill(wal, segment(wal.end()));
        Written last = wal.recordEndingAt(segment(wal.end()));
        assertEnd(last);
        Files.write(wal.path(directory, last.end().value()), new byte[SEGMENT]);
        assertEnd(last, WalSource.of(wal.identity(), directory));
    }

    @Test
    void aSmallRecordFollowsAtAPageStart() throws IOException {
        wal.recordEndingAt(page(wal.end()));
        assertEnd(wal.record(24));
    }

    @Test
    void aSmallRecordFollowsAtASegmentStart() throws IOException {
        fill(wal, segment(wal.end()));
        wal.recordEndingAt(segment(wal.end()));
        assertEnd(wal.record(24));
    }

    @Test
    void switchEndsWithItsSegment() throws IOException {
        wal.record(100);
        Written last = wal.switchSegment();
        assertEquals(segment(last.start()), last.end());
        assertEnd(last);
        Files.write(wal.path(directory, last.end().value()), new byte[SEGMENT]);
        assertEnd(last, WalSource.of(wal.identity(), directory));
    }

    @Test
    void switchAtTheEndOfAPageAndOfASegment() throws IOException {
        wal.recordEndingAt(page(wal.end()).plus(-24));
        assertEnd(wal.switchSegment());
        wal.record(50);
        fill(wal, segment(wal.end()));
        wal.recordEndingAt(segment(wal.end()).plus(-24));
        assertEnd(wal.switchSegment());
    }

    @Test
    void oneRecordFollowsASwitch() throws IOException {
        wal.record(100);
        wal.switchSegment();
        assertEnd(wal.record(114));
    }

    @Test
    void recordThatCrossesIntoAMissingPageDoesNotCount() throws IOException {
        fill(wal, page(wal.end()));
        Written last = wal.last();
        Written torn = wal.record(3000);
        wal.clear(page(torn.start()), PAGE);
        assertEnd(last);
    }

    @Test
    void recordThatCrossesIntoAMissingSegmentDoesNotCount() throws IOException {
        fill(wal, segment(wal.end()));
        Written last = wal.last();
        Written torn = wal.record(3 * PAGE);
        WalSource source = wal.source(directory);
        Files.delete(wal.path(directory, torn.end().value()));
        assertEnd(last, source);
    }

    @Test
    void firstPageOfTheLastSegmentIsPartlyWritten() throws IOException {
        fill(wal, segment(wal.end()));
        Written last = wal.last();
        wal.record(3 * PAGE);
        wal.clear(segment(last.end()).plus(512), SEGMENT - 512);
        assertEnd(last);
    }

    @Test
    void missingPageInTheMiddleOfTheLastSegmentEndsIt() throws IOException {
        fill(wal, new Lsn(wal.end().value() + SEGMENT + SEGMENT / 2));
        Lsn hole = new Lsn((CraftedWal.FIRST_SEGMENT + 1L) * SEGMENT + 20 * PAGE);
        Written last = wal.records().stream().filter(each -> !each.end().isAfter(hole)).reduce((a, b) -> b).get();
        wal.clear(hole, PAGE);
        assertEndOnceCleared(last, wal.source(directory));
    }

    @Test
    void missingFirstPageOfTheLastSegmentEndsTheOneBefore() throws IOException {
        fill(wal, new Lsn(wal.end().value() + SEGMENT + SEGMENT / 2));
        Lsn boundary = new Lsn((CraftedWal.FIRST_SEGMENT + 1L) * SEGMENT);
        Written last = wal.records().stream().filter(each -> !each.end().isAfter(boundary)).reduce((a, b) -> b).get();
        wal.clear(boundary, PAGE);
        assertEndOnceCleared(last, wal.source(directory));
        assertArrayEquals(new byte[SEGMENT], Files.readAllBytes(wal.path(directory, boundary.value())));
    }

    /** Exact in full mode at once; in live mode too after the tail was cleared, which a second time does nothing. */
    private void assertEndOnceCleared(Written last, WalSource source) {
        EndOfWal found = EndOfWal.find(source, Optional.empty(), Mode.FULL_LAST_SEGMENT);
        assertEquals(last.end(), found.end());
        WalTail tail = new WalTail(new PlainFileSteps());
        assertTrue(tail.clear(source, found.end(), directory));
        assertFalse(tail.clear(source, found.end(), directory));
        assertEnd(last, source);
    }

    @Test
    void staleRecordsOfAnEarlierLifeAreNotReached() throws IOException {
        fill(wal, new Lsn(wal.end().value() + SEGMENT / 2));
        CraftedWal later = new CraftedWal(PostgresMajor.V18);
        later.record(100);
        fill(later, new Lsn(wal.end().value() - SEGMENT / 4));
        WalSource source = wal.source(directory);
        Path file = wal.path(directory, wal.records().getFirst().start().value());
        byte[] old = Files.readAllBytes(file);
        byte[] young = Files.readAllBytes(later.writeTo(directory).path(directory, later.end().value()));
        int from = (int) (page(later.end()).value() % SEGMENT);
        System.arraycopy(old, from, young, from, SEGMENT - from);
        Files.write(file, young);
        assertTrue(EndOfWal.find(source, Optional.empty(), Mode.LIVE).end().isAfter(later.end()), "pages are stale");
        assertEndOnceCleared(later.last(), source);
    }

    @Test
    void preallocatedAndRecycledSegmentsAreNotWal() throws IOException {
        fill(wal, new Lsn(wal.end().value() + 2L * SEGMENT));
        WalSource source = wal.source(directory);
        byte[] old = Files.readAllBytes(wal.path(directory, (long) CraftedWal.FIRST_SEGMENT * SEGMENT));
        Lsn next = segment(wal.end());
        for (int i = 0; i < 5; i++) {
            Files.write(wal.path(directory, next.value() + (long) i * SEGMENT), i < 2 ? old : new byte[SEGMENT]);
        }
        assertEnd(wal.last(), source);
        assertEnd(wal.last(), WalSource.of(wal.identity(), directory));
    }

    @Test
    void manySegmentsAreBisected() throws IOException {
        fill(wal, new Lsn(wal.end().value() + 23L * SEGMENT));
        assertEnd(wal.last());
        EndOfWal found = EndOfWal.find(wal.source(directory), Optional.of(wal.records().get(5).start()), Mode.LIVE);
        assertEquals(wal.end(), found.end());
    }

    @Test
    void recordGivenUpAfterACrashIsPassedOver() throws IOException {
        fill(wal, page(wal.end()));
        wal.abandonRecordAndGoOn();
        assertEnd(wal.last());
        assertEnd(wal.record(300));
    }

    @Test
    void shutdownCheckpointLast() throws IOException {
        fill(wal, page(wal.end()));
        byte[] body = new byte[2 + 88];
        body[0] = (byte) 0xFF;
        body[1] = 88;
        assertEnd(wal.record(0, 0x00, 0, body));
    }

    @Test
    void garbageAfterTheEnd() throws IOException {
        Lsn end = wal.record(400).end();
        wal.putInt(end, 0x7AFEBABE);
        assertEnd(wal.last());
        wal.putInt(end, 24);
        assertEnd(wal.last());
        wal.putInt(end, -1);
        assertEnd(wal.last());
    }

    @Test
    void aSoundRecordThatLinksElsewhereDoesNotCount() throws IOException {
        fill(wal, page(wal.end()));
        wal.strayRecord();
        assertEnd(wal.last());
    }

    @Test
    void aFileThatIsTooShort() throws IOException {
        fill(wal, page(wal.end()).plus(PAGE));
        WalSource source = wal.source(directory);
        Path file = wal.path(directory, wal.end().value());
        byte[] all = Files.readAllBytes(file);
        for (int cut = (int) (wal.end().value() % SEGMENT); cut > 64; cut -= 97) {
            Files.write(file, Arrays.copyOf(all, cut));
            Lsn limit = new Lsn((long) CraftedWal.FIRST_SEGMENT * SEGMENT + cut + 7);
            Lsn end = EndOfWal.find(source, Optional.empty(), Mode.FULL_LAST_SEGMENT).end();
            assertTrue(!end.isAfter(limit) && (wal.records().stream().anyMatch(each -> each.end().equals(end))
                    || end.value() % SEGMENT <= 40), () -> "end " + end);
        }
    }

    @Test
    void flipOfAnyByteOfARecordEndsTheWalBeforeIt() throws IOException {
        fill(wal, page(wal.end()));
        Written before = wal.last();
        Written last = wal.record(2100);
        Lsn next = page(last.start());
        wal.record(100);
        WalSource source = wal.source(directory);
        for (long lsn = last.start().value(); lsn < last.end().value() - 8; lsn++) {
            // PostgreSQL checks neither the padding of a page header nor the low flags by themselves.
            long inHeader = lsn - next.value();
            if (inHeader != WalPageHeader.INFO && (inHeader < 20 || inHeader >= 24)) {
                flip(lsn, 1 << lsn % 8);
                EndOfWal found = EndOfWal.find(source, Optional.empty(), Mode.FULL_LAST_SEGMENT);
                assertEquals(before.end(), found.end(), "flip at " + new Lsn(lsn) + ": " + found.why());
                flip(lsn, 1 << lsn % 8);
            }
        }
        assertEquals(wal.end(), EndOfWal.find(source, Optional.empty(), Mode.FULL_LAST_SEGMENT).end());
    }

    private void flip(long lsn, int mask) throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(wal.path(directory, lsn), StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.position(lsn % SEGMENT).read(one);
            file.position(lsn % SEGMENT).write(one.put(0, (byte) (one.get(0) ^ mask)).rewind());
        }
    }

    @Test
    void nothingAtAll() {
        WalSource source = WalSource.of(wal.identity(), directory);
        assertThrows(NotFoundException.class, () -> EndOfWal.find(source, Optional.empty(), Mode.LIVE));
    }

    @Test
    void endBeforeAKnownPointIsAnError() throws IOException {
        fill(wal, page(wal.end()).plus(3 * PAGE));
        Lsn known = wal.last().start();
        WalSource source = wal.source(directory);
        Lsn beyond = wal.end().plus(400);
        assertThrows(NotFoundException.class, () -> EndOfWal.find(source, Optional.of(beyond), Mode.LIVE));
        wal.flip(known.value() + 30, 1);
        wal.source(directory);
        CorruptFileException damage = assertThrows(CorruptFileException.class,
                () -> EndOfWal.find(source, Optional.of(wal.end()), Mode.FULL_LAST_SEGMENT));
        assertEquals(wal.path(directory, known.value()), damage.path());
        assertEquals(known.value() % SEGMENT + WalRecordHeader.CRC, damage.offset());
    }
}
