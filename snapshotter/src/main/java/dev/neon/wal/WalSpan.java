package dev.neon.wal;

import dev.neon.repo.Lsn;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The part of a history that one timeline contributes.
 *
 * @param directory the timeline's {@code wal} directory
 * @param from      inclusive: the fork point, or where the history begins
 * @param to        exclusive: where the next timeline forks off; empty for the youngest
 * @param promised  what of it can be brought
 */
public record WalSpan(Path directory, Lsn from, Optional<Lsn> to, PromisedWal promised) {
    /** One of which nothing is promised. */
    public WalSpan(Path directory, Lsn from, Optional<Lsn> to) {
        this(directory, from, to, PromisedWal.NONE);
    }
}
