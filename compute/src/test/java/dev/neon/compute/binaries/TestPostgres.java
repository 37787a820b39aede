package dev.neon.compute.binaries;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Real PostgreSQL for the tests of every module. The build has copied the jars into {@code dist/postgres/}; they are
 * unpacked once into {@code target/postgres-cache/} of the whole project, whichever processes ask.
 */
public final class TestPostgres {
    private static final Path PROJECT = project();
    private static final Path DEBIAN_15 = Path.of("/usr/lib/postgresql/15/bin");

    private TestPostgres() {}

    /** Every major that neon supports, oldest first; for {@code @MethodSource}. */
    public static IntStream majors() {
        return IntStream.rangeClosed(PostgresBinaries.OLDEST_MAJOR, PostgresBinaries.NEWEST_MAJOR);
    }

    /**
     * Those for tests that are long on each major, oldest first: 18, in the nightly build all; {@code
     * -Dtest.majors=14,17} takes others.
     */
    public static IntStream someMajors() {
        return Arrays.stream(System.getProperty("neon.test.majors", "18").split(",")).mapToInt(Integer::parseInt);
    }

    /** The embedded PostgreSQL of a major: only the server, initdb, pg_ctl and the contrib extensions. */
    public static PostgresBinaries major(int major) {
        return new EmbeddedPostgres(cache(), List.of(jars()), List.of()).require(major);
    }

    /** PostgreSQL 15 with all its tools (psql, pgbench, pg_waldump, pg_amcheck), where Debian has installed it. */
    public static Optional<PostgresBinaries> debian15() {
        return Optional.of(DEBIAN_15).filter(Files::isDirectory).map(PostgresBinaries::at);
    }

    /** The cache that all tests share; templates of fresh clusters are in it too. */
    public static Path cache() {
        return PROJECT.resolve("target/postgres-cache");
    }

    /** Where the build puts the jars. */
    public static Path jars() {
        return PROJECT.resolve("dist/postgres");
    }

    /** Tests run in the directory of their module, or an IDE's choice below the project. */
    private static Path project() {
        for (Path there = Path.of("").toAbsolutePath(); there != null; there = there.getParent()) {
            if (Files.isRegularFile(there.resolve("compute/pom.xml"))) {
                return there;
            }
        }
        throw new IllegalStateException("the tests run outside the project");
    }
}
