package dev.neon.compute.wal;

import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The WAL that {@code testdata/wal-corpus/regress} keeps of PostgreSQL's own regression tests and of pgbench.
 *
 * @param name  of its directory
 * @param first the start of its first record
 */
public record WalCorpus(String name, PostgresMajor major, Path wal, Lsn first, WalSource source) {
    /** Names a directory of corpora. */
    public static final String VARIABLE = "NEON_WAL_CORPUS";

    /** Those of the machine, by their names; none without the variable. */
    public static List<WalCorpus> all() {
        Optional<Path> directory = Optional.ofNullable(System.getenv(VARIABLE)).map(Path::of);
        if (directory.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> corpora = Files.list(directory.get())) {
            return corpora.filter(each -> Files.exists(each.resolve("first"))).sorted().map(WalCorpus::at).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The data directory that the server was stopped on. */
    public Path data() {
        return wal.getParent();
    }

    /** The relations before the first record, where {@code testdata/wal-corpus/checked} has kept them. */
    public Optional<Path> before() {
        return Optional.of(data().resolveSibling("before")).filter(Files::isDirectory);
    }

    @Override
    public String toString() {
        return name;
    }

    private static WalCorpus at(Path directory) {
        try {
            Path wal = directory.resolve("data/pg_wal");
            ControlFile control = ControlFile.read(directory.resolve("data/global/pg_control"));
            return new WalCorpus(directory.getFileName().toString(), control.major(), wal,
                    Lsn.parse(Files.readString(directory.resolve("first")).strip()),
                    WalSource.of(control.identity(), wal));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
