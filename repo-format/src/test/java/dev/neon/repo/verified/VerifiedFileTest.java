package dev.neon.repo.verified;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.TestContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.files.CrashRounds;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.repository.Repository;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that fsck remembers by: anything but what was written counts as nothing. */
class VerifiedFileTest {
    private static final TimelineId TIMELINE = new TimelineId("76cf9279915be7797095241638e64644");
    private static final Instant READ = Instant.parse("2026-11-20T10:00:00.123456789Z");
    private static final Verified SOME = new Verified(
            Map.of(new VerifiedSnapshot.Key(TIMELINE, Lsn.parse("0/15ECF68")),
                    new VerifiedSnapshot(READ, "1b2c77aa", "9f3c")),
            Map.of(new VerifiedSegment.Key(TIMELINE, "000000010000000000000003"),
                    new VerifiedSegment(new FileStamp(16 << 20, 1_795_773_600_000_000_001L, "(dev=801,ino=4711)"), READ,
                            Lsn.parse("0/4000000"), Seam.unlinked(Lsn.parse("0/3000000")),
                            new Seam(Optional.of(Lsn.parse("0/3FFFF10")), Lsn.parse("0/3FFFF58")))));
    private static final String TEXT = """
            version: 1
            snapshot: 76cf9279915be7797095241638e64644 0/15ECF68 2026-11-20T10:00:00.123456789Z 1b2c77aa 9f3c
            segment: 76cf9279915be7797095241638e64644 000000010000000000000003 16777216 1795773600000000001 \
            (dev=801,ino=4711) 2026-11-20T10:00:00.123456789Z 0/4000000 - 0/3000000 0/3FFFF10 0/3FFFF58
            """;

    @TempDir
    private Path directory;

    private VerifiedFile file;

    @BeforeEach
    void makeARepository() {
        file = new VerifiedFile(Repository.create(directory.resolve(".neon"), TestContext.live(), repository -> { }));
    }

    private static String withChecksum(String lines) {
        CRC32C crc = new CRC32C();
        crc.update(lines.getBytes(StandardCharsets.UTF_8));
        return lines + String.format("checksum: %08x%n", crc.getValue());
    }

    @Test
    void whatIsWritten() throws Exception {
        assertEquals(new VerifiedFile.Content(Verified.NOTHING, Optional.empty()), file.read());
        file.update(nothing -> SOME);
        assertEquals(withChecksum(TEXT), Files.readString(file.path()));
        assertEquals(new VerifiedFile.Content(SOME, Optional.empty()), file.read());
    }

    @Test
    void damagedAnywhere() throws Exception {
        byte[] whole = withChecksum(TEXT).getBytes(StandardCharsets.UTF_8);
        Files.createDirectories(file.path().getParent());
        for (int i = 0; i < whole.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = whole.clone();
                damaged[i] ^= (byte) (1 << bit);
                Files.write(file.path(), damaged);
                assertEquals(new VerifiedFile.Content(Verified.NOTHING, Optional.of("is damaged")), file.read(),
                        "bit " + bit + " of byte " + i);
            }
            Files.write(file.path(), Arrays.copyOf(whole, i));
            assertEquals(Optional.of("is damaged"), file.read().problem(), "cut to " + i + " bytes");
        }
        file.update(nothing -> SOME);
        assertEquals(SOME, file.read().verified());
    }

    @Test
    void ofAnotherVersion() throws Exception {
        Files.createDirectories(file.path().getParent());
        for (String lines : new String[] {TEXT.replace("version: 1", "version: 2"), TEXT.replace("version: 1\n", ""), ""}) {
            Files.writeString(file.path(), withChecksum(lines));
            assertEquals(new VerifiedFile.Content(Verified.NOTHING, Optional.of("is of another version")), file.read(), lines);
        }
        for (String line : new String[] {"else: 1\n", "snapshot: 1\n", TEXT.substring(11).replace("0/4000000", "x")}) {
            Files.writeString(file.path(), withChecksum("version: 1\n" + line));
            assertTrue(file.read().problem().isPresent(), line);
        }
    }

    @Test
    void twoWriters() throws Exception {
        file.update(nothing -> SOME);
        try (LockFile _ = LockFile.acquire(new DurableFiles(new NioFileSteps()), file.path(), TestContext.live().process(), Duration.ZERO)) {
            Thread.currentThread().interrupt();
            assertThrows(BusyException.class, () -> file.update(others -> Verified.NOTHING));
            assertTrue(Thread.interrupted());
        }
        assertEquals(SOME, file.read().verified());
        file.update(others -> new Verified(others.snapshots(), Map.of()));
        assertEquals(SOME.snapshots(), file.read().verified().snapshots());
        file.remove();
        assertEquals(Verified.NOTHING, file.read().verified());
    }

    @Test
    void faultsAtEachStep() {
        new CrashRounds<>((root, steps) -> Repository.create(root.resolve(".neon"), TestContext.live(steps), made -> { }),
                (root, steps) -> new VerifiedFile(Repository.open(root.resolve(".neon"), TestContext.doomed(steps)))
                        .update(nothing -> SOME),
                root -> new VerifiedFile(Repository.open(root.resolve(".neon"), TestContext.live())).read()).run();
    }
}
