package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.CrashRounds;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A record at the end of WAL, beside what {@link CraftedWal} writes there, with a fault at each step. */
class WalAppendTest {
    private static final int MAIN = 88;
    private static final Lsn SEGMENT_END = new Lsn(4L * CraftedWal.SEGMENT);

    /** WAL whose last record ends so many bytes before the end of its first segment, and so the start of the next. */
    private static CraftedWal endingBefore(long left) {
        CraftedWal wal = new CraftedWal(PostgresMajor.V18);
        for (int i = 0; i < 10; i++) {
            wal.record(100_000);
        }
        wal.recordEndingAt(SEGMENT_END.plus(-left));
        return wal;
    }

    private static byte[] main(CraftedWal wal) {
        byte[] main = new byte[MAIN];
        Arrays.fill(main, (byte) wal.records().size());
        return main;
    }

    /** Segments are zero after the record, whatever stood there. */
    @ParameterizedTest
    @ValueSource(longs = {0, 8, 16, 24, 64, 112, 120, 128, 8152, 8160, 8192, 8192 + 8, 8192 + 120, 40_000})
    void aRecordIsWrittenAsAServerWouldWriteIt(long left) throws IOException {
        for (boolean isWritten : new boolean[] {false, true}) {
            try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
                CraftedWal wal = endingBefore(left);
                Path directory = memory.getPath("/wal");
                WalSource source = wal.source(directory);
                Lsn end = wal.end();
                if (isWritten) {
                    Files.write(wal.path(directory, SEGMENT_END.value()), garbage(CraftedWal.SEGMENT));
                    byte[] first = Files.readAllBytes(wal.path(directory, SEGMENT_END.value() - 1));
                    byte[] rest = garbage(left);
                    System.arraycopy(rest, 0, first, first.length - rest.length, rest.length);
                    Files.write(wal.path(directory, SEGMENT_END.value() - 1), first);
                }
                byte[] main = main(wal);
                byte[] record = WalAppend.record(0, 0, wal.last().start(), main);
                new WalAppend(new PlainFileSteps(), source, directory).write(end, record);

                byte[] body = new byte[MAIN + 2];
                body[0] = (byte) 0xFF;
                body[1] = MAIN;
                System.arraycopy(main, 0, body, 2, MAIN);
                CraftedWal.Written expected = wal.record(0, 0, 0, body);
                assertEquals(expected.start(), WalAppend.start(end, CraftedWal.SEGMENT));
                assertEquals(WalReader.from(source, expected.end()).end(),
                        WalAppend.end(expected.start(), MAIN, CraftedWal.SEGMENT));
                Path should = memory.getPath("/should");
                wal.writeTo(should);
                for (long lsn : List.of(SEGMENT_END.value() - 1, SEGMENT_END.value())) {
                    if (Files.exists(wal.path(should, lsn))) {
                        assertArrayEquals(Files.readAllBytes(wal.path(should, lsn)),
                                Files.readAllBytes(wal.path(directory, lsn)), "left " + left + ", segment of " + lsn);
                    }
                }
            }
        }
    }

    private static byte[] garbage(long length) {
        byte[] garbage = new byte[(int) length];
        Arrays.fill(garbage, (byte) 0x77);
        return garbage;
    }

    /** After a fault at any step, the WAL ends before the record or after it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 16, 64, 5000})
    void aCrashLeavesTheWalBeforeOrAfter(long left) {
        CraftedWal wal = endingBefore(left);
        byte[] record = WalAppend.record(0, 0, wal.last().start(), main(wal));
        Lsn after = WalAppend.end(WalAppend.start(wal.end(), CraftedWal.SEGMENT), MAIN, CraftedWal.SEGMENT);
        int steps = new CrashRounds<Lsn>((root, files) -> prepare(wal, root, files),
                (root, files) -> new WalAppend(files, source(wal, root), root.resolve("wal")).write(wal.end(), record),
                root -> {
                    Lsn end = EndOfWal.find(source(wal, root), Optional.empty(), EndOfWal.Mode.FULL_LAST_SEGMENT).end();
                    assertTrue(end.equals(wal.end()) || end.equals(after), end::toString);
                    return end;
                }).run();
        assertTrue(steps >= 2, () -> steps + " steps");
    }

    private static WalSource source(CraftedWal wal, Path root) {
        return WalSource.of(wal.identity(), root.resolve("wal"));
    }

    private static void prepare(CraftedWal wal, Path root, FileSteps files) {
        try {
            Path directory = root.resolve("wal");
            files.createDirectory(directory);
            files.sync(root);
            Path scratch = Files.createDirectory(root.resolve("scratch"));
            wal.writeTo(scratch);
            Path first = wal.path(directory, SEGMENT_END.value() - 1);
            files.create(first, Files.readAllBytes(wal.path(scratch, SEGMENT_END.value() - 1)));
            files.sync(first);
            files.sync(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
