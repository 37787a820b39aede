package dev.neon.repo.verified;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.time.Instant;

/**
 * A snapshot whose files were all read and are whole.
 *
 * @param read     when
 * @param manifest the checksum of its manifest, 8 hexadecimal digits; {@code -} if it has none
 * @param files    SHA-256 of the names and {@link FileStamp stamps} of all its files, in hexadecimal digits
 */
public record VerifiedSnapshot(Instant read, String manifest, String files) {
    /** A snapshot's name. */
    public record Key(TimelineId timeline, Lsn lsn) {}
}
