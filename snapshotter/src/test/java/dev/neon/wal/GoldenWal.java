package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Real records of a major, the shortest of nearly every type, with what {@code pg_waldump} says of them:
 * {@code testdata/wal/<major>/}. The records lie in one segment that {@link CraftedWal} wrote, cut after its last page.
 */
public final class GoldenWal {
    private static final Path GOLDEN = Path.of("../testdata/wal");
    private static final String LINES = "lines";

    private final PostgresMajor major;

    private GoldenWal(PostgresMajor major) {
        this.major = major;
    }

    public static GoldenWal of(PostgresMajor major) {
        return new GoldenWal(major);
    }

    public PostgresMajor major() {
        return major;
    }

    public Path directory() {
        return GOLDEN.resolve(major.toString());
    }

    public ClusterIdentity identity() {
        return new CraftedWal(major).identity();
    }

    public WalSource source() {
        return WalSource.of(identity(), directory());
    }

    /** The start of the first record. */
    public static Lsn first() {
        return new Lsn((long) CraftedWal.FIRST_SEGMENT * CraftedWal.SEGMENT + WalPageHeader.LONG);
    }

    /** With details of the blocks. */
    public List<String> lines() throws IOException {
        return Files.readAllLines(directory().resolve(LINES));
    }

    /** The whole segment, zeros included. */
    public byte[] segment() throws IOException {
        byte[] whole = new byte[CraftedWal.SEGMENT];
        byte[] written = Files.readAllBytes(file());
        System.arraycopy(written, 0, whole, 0, written.length);
        return whole;
    }

    private Path file() {
        return directory().resolve(SegmentName.containing(first(), 1, CraftedWal.SEGMENT).toString());
    }

    /** Puts another in its place. */
    public void replace(CraftedWal wal, List<String> lines) throws IOException {
        wal.writeTo(directory());
        int used = (int) (wal.end().value() % CraftedWal.SEGMENT);
        byte[] all = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(all, used + CraftedWal.PAGE - 1 & -CraftedWal.PAGE));
        Files.write(directory().resolve(LINES), lines);
    }
}
