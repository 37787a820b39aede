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
 */
public record WalSpan(Path directory, Lsn from, Optional<Lsn> to) {}
