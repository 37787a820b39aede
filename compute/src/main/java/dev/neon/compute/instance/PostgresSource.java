package dev.neon.compute.instance;

import dev.neon.compute.binaries.EmbeddedPostgres;
import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Which PostgreSQL runs a cluster: the one named on the command line, else the configuration's, else the embedded. */
public final class PostgresSource {
    private final Supplier<EmbeddedPostgres> embedded;
    private final Optional<Path> configured;

    /**
     * @param embedded   made only when it is needed
     * @param configured {@code [postgres] binDir}
     */
    public PostgresSource(Supplier<EmbeddedPostgres> embedded, Optional<Path> configured) {
        this.embedded = embedded;
        this.configured = configured;
    }

    /**
     * The programs of a major. A configured directory of another major is passed over, as a repository may hold
     * timelines of several; one that was named for this run is refused.
     *
     * @throws UnsupportedException if {@code named} is of another major
     */
    public PostgresBinaries find(int major, Optional<Path> named) {
        if (named.isPresent()) {
            PostgresBinaries binaries = PostgresBinaries.at(named.get());
            if (binaries.major() != major) {
                throw new UnsupportedException("'" + named.get() + "' holds PostgreSQL " + binaries.version()
                        + ", the timeline was written by PostgreSQL " + major,
                        "A data directory can only be opened by its own major version.");
            }
            return binaries;
        }
        if (configured.isPresent()) {
            PostgresBinaries binaries = atConfigured(configured.get());
            if (binaries.major() == major) {
                return binaries;
            }
        }
        return embedded.get().require(major);
    }

    private static PostgresBinaries atConfigured(Path directory) {
        try {
            return PostgresBinaries.at(directory);
        } catch (NotFoundException missing) {
            throw new NotFoundException(missing.getMessage() + ", which postgres.binDir names",
                    "Correct it with 'neon config set postgres.binDir <dir>', or run 'neon config unset"
                            + " postgres.binDir' for the embedded PostgreSQL.");
        }
    }

    /** The programs for a new repository, whose major is still open: those named or configured, whatever they are. */
    public PostgresBinaries forNew(Optional<Integer> major, Optional<Path> named) {
        Optional<Path> given = named.or(() -> configured);
        if (given.isPresent() && major.isEmpty()) {
            return PostgresBinaries.at(given.get());
        }
        return find(major.orElse(PostgresBinaries.NEWEST_MAJOR), named);
    }
}
