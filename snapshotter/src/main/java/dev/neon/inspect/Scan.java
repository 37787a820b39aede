package dev.neon.inspect;

import dev.neon.repo.Lsn;
import dev.neon.wal.WalkEnd;
import java.util.Optional;

/**
 * How reading a range went.
 *
 * @param first the start of the first record; empty if there was none
 * @param last  the start of the last record
 * @param end   the position after the last record, or where reading began
 * @param why   what stopped it before the end of the range; empty if nothing did
 */
public record Scan(Optional<Lsn> first, Optional<Lsn> last, Lsn end, Optional<WalkEnd> why) {}
