package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.wal.CraftedWal.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record that is looked up is the one that a walk meets there. */
class RecordLookupTest {
    @TempDir
    Path directory;

    private final CraftedWal wal = new CraftedWal(PostgresMajor.V18);

    /** What a walk says of a record. */
    private record Walked(long start, long end, long previous, int xid, int rmid, int info, byte[] main) {}

    private static Walked of(WalRecord record) {
        return new Walked(record.startLsn(), record.endLsn(), record.previousLsn(), record.xid(), record.rmid(),
                record.info(), record.main().rest());
    }

    private static byte[] body(int length) {
        byte[] body = new byte[length + 5];
        new Random(length).nextBytes(body);
        body[0] = (byte) 254;
        for (int i = 0; i < 4; i++) {
            body[1 + i] = (byte) (length >>> 8 * i);
        }
        return body;
    }

    private List<Walked> walk(WalSource source) {
        List<Walked> walked = new ArrayList<>();
        try (WalReader reader = WalReader.from(source, wal.records().getFirst().start())) {
            while (reader.next()) {
                assertEquals(reader.endLsn(), reader.record().endLsn());
                walked.add(of(reader.record()));
            }
        }
        return walked;
    }

    private void assertFound(WalSource source) {
        List<Walked> walked = walk(source);
        assertEquals(wal.records().size(), walked.size());
        Collections.shuffle(walked, new Random(1));
        try (SharedSegments segments = SharedSegments.of(source)) {
            RecordLookup lookup = RecordLookup.of(segments, wal.records().getFirst().start());
            for (Walked each : walked) {
                Walked found = of(lookup.at(each.start()));
                assertArrayEquals(each.main(), found.main());
                assertEquals(each.toString().replaceAll("main=.*", ""), found.toString().replaceAll("main=.*", ""));
            }
        }
    }

    @Test
    void recordsOfAllLengthsInAnyOrder() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 400; i++) {
            wal.record(10, 0x10, 700 + i, body(random.nextInt(i % 20 == 0 ? 60_000 : 300)));
            if (i % 150 == 149) {
                wal.switchSegment();
            }
        }
        wal.record(10, 0, 5, body(3 * CraftedWal.SEGMENT));
        wal.record(10, 0, 6, body(8));
        wal.record(10, 0, 7, body(bodyUpTo((wal.end().value() & -CraftedWal.PAGE) + 2 * CraftedWal.PAGE)));
        assertEquals(0, wal.end().value() % CraftedWal.PAGE);
        wal.record(10, 0, 8, body(9));
        assertFound(wal.source(directory));
    }

    /** The main data of a record that ends with the page after the one that it begins on. */
    private int bodyUpTo(long page) {
        return (int) (page - wal.end().value()) - WalPageHeader.SHORT - WalRecordHeader.BYTES - 5;
    }

    @Test
    void aRecordBehindAnAbandonedOne() throws IOException {
        wal.record(10, 0, 5, body(100));
        wal.abandonRecordAndGoOn();
        wal.record(10, 0, 5, body(9000));
        assertFound(wal.source(directory));
    }

    @Test
    void whatIsNoLongerThereIsAnError() throws IOException {
        Written first = wal.record(10, 0, 5, body(20_000));
        Written second = wal.record(10, 0, 6, body(20_000));
        WalSource source = wal.source(directory);
        try (SharedSegments segments = SharedSegments.of(source)) {
            RecordLookup lookup = RecordLookup.of(segments, first.start());
            lookup.at(second.start().value());
            wal.clear(second.start(), 8192);
            wal.writeTo(directory);
            assertEquals(second.start().value() % CraftedWal.SEGMENT,
                    assertThrows(CorruptFileException.class, () -> lookup.at(second.start().value())).offset());
            wal.clear(new Lsn(first.start().value() + 8192), 8192);
            wal.writeTo(directory);
            assertThrows(CorruptFileException.class, () -> lookup.at(first.start().value()));
        }
        try (SharedSegments segments = SharedSegments.of(source)) {
            assertThrows(NotFoundException.class,
                    () -> RecordLookup.of(segments, first.start().plus(-CraftedWal.SEGMENT)));
            Files.delete(source.path(first.start().value() / CraftedWal.SEGMENT).orElseThrow());
            assertThrows(NotFoundException.class, () -> RecordLookup.of(segments, first.start()));
        }
    }
}
