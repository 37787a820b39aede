package dev.neon.repo.verified;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.time.Instant;

/**
 * A WAL segment whose records were read and are whole. Records cross segments, so the first and the last of them may
 * need the neighbours; what is said here holds if reading comes to the segment at {@code before}.
 *
 * @param file   the file that was read
 * @param read   when its oldest part was read
 * @param to     up to where it was verified, exclusive: its end, or the end of WAL that was found in it
 * @param before where reading came to it
 * @param after  where reading goes on
 */
public record VerifiedSegment(FileStamp file, Instant read, Lsn to, Seam before, Seam after) {
    /**
     * A segment's name.
     *
     * @param timeline whose file it is
     * @param name     as the file's
     */
    public record Key(TimelineId timeline, String name) {}
}
