package dev.neon.wal;

import static dev.neon.wal.CraftedWal.PAGE;
import static dev.neon.wal.CraftedWal.SEGMENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.wal.CraftedWal.Written;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader says of its record, on one and after the last. */
class WalReaderTest {
    @TempDir
    Path directory;

    private final CraftedWal wal = new CraftedWal(PostgresMajor.V18);

    private WalReader reader() throws IOException {
        return WalReader.from(wal.source(directory), wal.records().getFirst().start());
    }

    @Test
    void afterTheEndTheLastRecordKeepsItsNameAndLosesItsBytes() throws IOException {
        Written last = wal.record(100);
        Written torn = wal.record(200);
        wal.flip(torn.start().value() + 100, 1);
        try (WalReader reader = reader()) {
            assertThrows(IllegalStateException.class, reader::copyBytes);
            assertTrue(reader.next());
            int crc = reader.crc();
            assertEquals(100, reader.copyBytes().length);
            for (int again = 0; again < 2; again++) {
                assertFalse(reader.next());
                assertEquals(last.start(), reader.start());
                assertEquals(last.end(), reader.end());
                assertEquals(crc, reader.crc());
                assertThrows(IllegalStateException.class, reader::copyBytes);
                assertThrows(IllegalStateException.class, reader::record);
            }
        }
    }

    @Test
    void aLongRecordIsReadPastInLittleMemory() throws IOException {
        wal.record(100);
        int length = 24 << 20;
        wal.record(0, 0x30, 7, mainData(length));
        Written after = wal.record(100);
        WalSource source = wal.source(directory);
        read(source, reader -> { });
        long before = allocated();
        read(source, reader -> { });
        assertTrue(allocated() - before < 1 << 20, "not gathered");
        before = allocated();
        read(source, reader -> {
            if (reader.length() > length) {
                assertEquals(length, reader.record().main().remaining());
            }
        });
        assertTrue(allocated() - before < length + (1 << 20), "gathered once, in its own length");
        read(source, reader -> {
            if (reader.length() > length) {
                byte[] bytes = reader.copyBytes();
                assertEquals(reader.length(), bytes.length);
                assertArrayEquals(mainData(length), Arrays.copyOfRange(bytes, WalRecordHeader.BYTES, bytes.length));
                assertArrayEquals(new byte[] {42}, reader.record().main().bytes(1));
            } else if (reader.start().equals(after.start())) {
                assertEquals(after.length(), reader.copyBytes().length);
            }
        });
    }

    @Test
    void aLongRecordIsCheckedUpToItsLastByte() throws IOException {
        Written before = wal.record(100);
        Written damaged = wal.record(3 * SEGMENT);
        wal.flip(damaged.end().value() - 8, 1);
        try (WalReader reader = reader()) {
            assertTrue(reader.next());
            assertFalse(reader.next());
            assertEquals(before.start(), reader.start());
            assertEquals(WalkEnd.Kind.RECORD_CHECKSUM,
                    assertInstanceOf(WalkEnd.Defect.class, reader.why().orElseThrow()).kind());
        }
    }

    @Test
    void aLongRecordThatChangesOnceItWasCheckedIsRefused() throws IOException {
        wal.record(100);
        Written changing = wal.record(3 * SEGMENT);
        Written last = wal.record(100);
        try (WalReader reader = reader()) {
            assertTrue(reader.next() && reader.next());
            wal.flip(changing.start().value() + SEGMENT, 1);
            wal.writeTo(directory);
            assertThrows(CorruptFileException.class, reader::record);
            assertTrue(reader.next());
            assertEquals(last.start(), reader.start());
            assertEquals(last.length(), reader.copyBytes().length);
        }
    }

    @Test
    void aRecordInPlaceOfAnAbandonedOneNamesIt() throws IOException {
        wal.record(100);
        Lsn abandoned = wal.abandonRecord();
        assertNotInPlace(wal.record(0, 0xD0, 0, CraftedWal.overwrite(abandoned.plus(8))),
                "a record in place of the one at " + abandoned, "a record in place of the one at " + abandoned.plus(8));
    }

    @Test
    void anAbandonedRecordIsFollowedByOneThatSaysSo() throws IOException {
        wal.record(100);
        Lsn abandoned = wal.abandonRecord();
        assertNotInPlace(wal.record(100), "a record in place of the one at " + abandoned, "a record that names none");
    }

    @Test
    void aRecordInPlaceOfAnotherFollowsIt() throws IOException {
        Written before = wal.record(100);
        assertNotInPlace(wal.record(0, 0xD0, 0, CraftedWal.overwrite(before.start())), "a record in no other's place",
                "a record in place of the one at " + before.start());
    }

    private void assertNotInPlace(Written record, String expected, String found) throws IOException {
        try (WalReader reader = reader()) {
            assertTrue(reader.next());
            assertFalse(reader.next());
            assertEquals(new WalkEnd.Defect(WalkEnd.Kind.ABANDONED_RECORD, record.start(),
                    wal.path(directory, record.start().value()), record.start().value() % SEGMENT + 26, expected, found),
                    reader.why().orElseThrow());
        }
        try (WalReader reader = WalReader.from(wal.source(directory), record.start())) {
            assertTrue(reader.next(), "what is before the first record is not known");
        }
    }

    @Test
    void aDefectIsWhereItsByteIsInTheFiles() throws IOException {
        wal.recordEndingAt(new Lsn((CraftedWal.FIRST_SEGMENT + 1L) * SEGMENT - 8));
        Written crossing = wal.record(100);
        assertDefect(WalkEnd.Kind.RECORD_CHECKSUM, crossing, SEGMENT + 40 + 20 - 8, wal.end().value() - 8);
    }

    @Test
    void aDefectInABodyStepsOverPageHeaders() throws IOException {
        wal.record(100);
        byte[] body = mainData(3 * PAGE);
        body[2]++;
        Written broken = wal.record(0, 0x30, 7, body);
        try (WalReader reader = reader()) {
            assertTrue(reader.next() && reader.next());
            CorruptFileException defect = assertThrows(CorruptFileException.class, reader::record);
            assertEquals(broken.start().value() % SEGMENT + WalRecordHeader.BYTES + 5, defect.offset());
        }
        assertEquals(5 * PAGE + 24 + 7, WalPageHeader.advance(3 * PAGE - 1, 1 + 2 * (PAGE - 24) + 7, SEGMENT));
        assertEquals(SEGMENT + 40, WalPageHeader.advance(SEGMENT - 8, 8, SEGMENT));
    }

    /** @param offset from the start of the first segment */
    private void assertDefect(WalkEnd.Kind kind, Written record, long offset, long flipped) throws IOException {
        wal.flip(flipped, 1);
        try (WalReader reader = reader()) {
            assertTrue(reader.next());
            assertFalse(reader.next());
            WalkEnd.Defect defect = assertInstanceOf(WalkEnd.Defect.class, reader.why().orElseThrow());
            assertEquals(kind, defect.kind());
            assertEquals(record.start(), defect.at());
            assertEquals(offset % SEGMENT, defect.offset());
            assertEquals(wal.path(directory, CraftedWal.FIRST_SEGMENT * (long) SEGMENT + offset), defect.path());
        }
    }

    /** Main data and its header, of a record that has nothing else. */
    private static byte[] mainData(int length) {
        ByteBuffer body = ByteBuffer.allocate(5 + length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(body.array(), (byte) 42);
        body.put((byte) 254).putInt(length);
        return body.array();
    }

    private void read(WalSource source, Consumer<WalReader> use) {
        try (WalReader reader = WalReader.from(source, wal.records().getFirst().start())) {
            while (reader.next()) {
                use.accept(reader);
            }
            assertEquals(wal.last().start(), reader.start());
        }
    }

    /** Bytes that this thread has asked for so far. */
    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().threadId());
    }
}
