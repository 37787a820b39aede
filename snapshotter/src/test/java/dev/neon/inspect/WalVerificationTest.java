package dev.neon.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.verified.Seam;
import dev.neon.wal.CraftedWal;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of damaged WAL, and where reading goes on. */
class WalVerificationTest {
    private static final int RM_XLOG = 0;
    private static final int NEXTOID = 0x30;
    private static final byte[] FOUR_BYTES_OF_MAIN_DATA = {(byte) 0xFF, 4, 1, 2, 3, 4};

    @TempDir
    private Path directory;

    private final List<WalDefect> defects = new ArrayList<>();
    private CraftedWal wal;
    private WalSource source;

    @BeforeEach
    void writeThreeSegments() throws IOException {
        wal = new CraftedWal(PostgresMajor.V17);
        while (wal.end().value() < 6L * CraftedWal.SEGMENT - 100_000) {
            wal.record(RM_XLOG, NEXTOID, 0, FOUR_BYTES_OF_MAIN_DATA);
        }
        source = wal.source(directory);
    }

    private WalVerification verify(Optional<Lsn> to) throws InterruptedException {
        defects.clear();
        return WalVerification.of(new WalRange(source, wal.records().getFirst().start(), to), 2,
                Progress.NONE.begin("", 0, Progress.Unit.BYTES), defects::add);
    }

    private Path segment(int number) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList().get(number);
        }
    }

    private void flip(Lsn lsn) throws IOException {
        Path file = segment((int) (lsn.value() / CraftedWal.SEGMENT) - 3);
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (lsn.value() % CraftedWal.SEGMENT)] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void soundWalMerelyEnds() throws Exception {
        for (Optional<Lsn> to : List.of(Optional.<Lsn>empty(), Optional.of(wal.end()))) {
            WalVerification verified = verify(to);
            assertEquals(List.of(), defects);
            assertEquals(new WalVerification(wal.records().size(), 30L * wal.records().size(), 0,
                    wal.records().getFirst().start(), wal.end(), 0), verified);
        }
    }

    @Test
    void damagedRecord() throws Exception {
        CraftedWal.Written damaged = wal.records().get(5000);
        flip(damaged.start().plus(26));
        WalVerification verified = verify(Optional.empty());
        assertEquals(1, defects.size(), defects::toString);
        WalDefect defect = defects.getFirst();
        assertEquals("record-checksum", defect.kind());
        assertEquals(damaged.start(), defect.at());
        assertEquals(Optional.of(segment(0)), defect.path());
        assertEquals(damaged.start().value() % CraftedWal.SEGMENT + 20, defect.offset());
        Lsn resumes = defect.resumes().orElseThrow();
        assertTrue(resumes.isAfter(damaged.start()) && resumes.minus(damaged.start()) < 3 * 8192, resumes::toString);
        long lost = wal.records().stream().filter(record -> !record.start().isBefore(damaged.start())
                && record.start().isBefore(resumes)).count();
        assertEquals(wal.records().size() - lost, verified.records());
        assertEquals(wal.end(), verified.end());
    }

    @Test
    void missingSegment() throws Exception {
        Files.delete(segment(1));
        verify(Optional.empty());
        assertEquals(1, defects.size(), defects::toString);
        WalDefect defect = defects.getFirst();
        assertEquals("no-segment", defect.kind());
        assertEquals(new Lsn(4L * CraftedWal.SEGMENT), defect.at());
        assertEquals(Optional.empty(), defect.path());
        assertTrue(!defect.resumes().orElseThrow().isBefore(new Lsn(5L * CraftedWal.SEGMENT)));
    }

    @Test
    void damagedPage() throws Exception {
        Lsn page = new Lsn(4L * CraftedWal.SEGMENT + 10 * 8192);
        flip(page);
        verify(Optional.empty());
        assertEquals(List.of("page-magic"), defects.stream().map(WalDefect::kind).toList());
        assertEquals(page, defects.getFirst().at());
    }

    @Test
    void severalDefectsInOrder() throws Exception {
        for (int i = 2000; i < 80_000; i += 20_000) {
            flip(wal.records().get(i).start().plus(25));
        }
        verify(Optional.empty());
        assertEquals(4, defects.size(), defects::toString);
        assertEquals(defects.stream().map(WalDefect::at).sorted().toList(),
                defects.stream().map(WalDefect::at).toList());
    }

    @Test
    void walThatEndsTooEarly() throws Exception {
        Lsn to = wal.end().plus(4096);
        verify(Optional.of(to));
        assertEquals(List.of("zeros"), defects.stream().map(WalDefect::kind).toList());
        assertEquals(wal.end(), defects.getFirst().at());
        assertEquals(Optional.empty(), defects.getFirst().resumes());
    }

    /** By a server, between the scan and the look for what is behind its end. */
    @Test
    void walThatIsWrittenMeanwhile() throws Exception {
        Path last = segment(2);
        byte[] whole = Files.readAllBytes(last);
        byte[] half = whole.clone();
        Arrays.fill(half, whole.length / 2, whole.length, (byte) 0);
        Files.write(last, half);
        WalVerification verified = WalVerification.of(new WalRange(source, wal.records().getFirst().start(), Optional.empty()),
                new Writer(last, whole), 2, Progress.NONE.begin("", 0, Progress.Unit.BYTES), defects::add);
        assertEquals(List.of(), defects);
        assertEquals(wal.records().size(), verified.records());
        assertEquals(wal.end(), verified.end());
    }

    /** Is told of the first segments when the last one has been scanned, and writes to that. */
    private record Writer(Path file, byte[] content) implements SegmentMemory {
        @Override
        public Optional<Known> known(long segment, Seam before) {
            return Optional.empty();
        }

        @Override
        public boolean mayBeKnown(long segment) {
            return false;
        }

        @Override
        public void verified(long segment, Seam before, Seam after, boolean isComplete) {
            try {
                Files.write(file, content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void unknownForms() throws Exception {
        wal.record(RM_XLOG, NEXTOID, 0, new byte[] {(byte) 0xFF, 5, 1, 2, 3, 4, 5});
        wal.record(RM_XLOG, 0xF0, 0, FOUR_BYTES_OF_MAIN_DATA);
        wal.record(RM_XLOG, NEXTOID, 0, new byte[] {77, 77});
        source = wal.source(directory);
        WalVerification verified = verify(Optional.empty());
        assertEquals(List.of("record-form", "record-form", "record-body"),
                defects.stream().map(WalDefect::kind).toList(), defects::toString);
        assertEquals(List.of(true, true, false), defects.stream().map(WalDefect::isOfUnknownForm).toList());
        assertEquals(wal.records().size(), verified.records());
    }

    @Test
    void anExtensionsRecordsAreToldOnce() throws Exception {
        for (int i = 0; i < 3; i++) {
            wal.record(128, 0, 0, FOUR_BYTES_OF_MAIN_DATA);
            wal.record(255, 0, 0, FOUR_BYTES_OF_MAIN_DATA);
        }
        source = wal.source(directory);
        WalVerification verified = verify(Optional.empty());
        assertEquals(List.of("custom128", "custom255"), defects.stream().map(defect ->
                defect.found().replaceFirst("^those of resource manager (\\w+), an extension's, from here on$", "$1")).toList());
        assertTrue(defects.stream().allMatch(WalDefect::isOfUnknownForm), defects::toString);
        assertEquals(wal.records().size(), verified.records());
    }
}
