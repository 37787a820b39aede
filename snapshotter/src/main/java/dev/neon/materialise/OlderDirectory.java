package dev.neon.materialise;

import dev.neon.repo.Lsn;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A data directory of the same history whose server was shut down at an earlier point. What its files hold is the state at
 * that point, and hints that a server may add to any page without telling WAL.
 *
 * @param lsn  the end of its shutdown checkpoint
 * @param take is called once, before the first file is taken out of the directory it returns
 */
public record OlderDirectory(Lsn lsn, Supplier<Path> take) {}
