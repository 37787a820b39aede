package dev.neon.fsck;

import dev.neon.inspect.WalDefect;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place that is not as it must be.
 *
 * @param kind     {@code journal}, {@code ref}, {@code history}, {@code manifest}, {@code layer}, {@code metadata}, {@code copy},
 *                 {@code snapshot}, {@code reach}, or the kind of a {@link WalDefect}
 * @param path     the file; empty where something is missing that has no file
 * @param offset   in bytes from its start
 * @param lsn      the place in WAL, or the snapshot
 * @param pages    which pages a damaged part of a layer may have, for people
 * @param expected for people
 * @param found    for people
 */
public record Damage(String kind, Optional<Path> path, long offset, Optional<Lsn> lsn, Optional<String> pages,
        String expected, String found) {
    static Damage of(String kind, Optional<Lsn> lsn, CorruptFileException cause) {
        return new Damage(kind, Optional.of(cause.path()), cause.offset(), lsn, Optional.empty(), cause.expected(),
                cause.actual());
    }

    static Damage of(WalDefect defect) {
        return new Damage(defect.kind(), defect.path(), defect.offset(), Optional.of(defect.at()), Optional.empty(),
                defect.expected(), defect.found());
    }

    Damage on(String which) {
        return new Damage(kind, path, offset, lsn, Optional.of(which), expected, found);
    }
}
