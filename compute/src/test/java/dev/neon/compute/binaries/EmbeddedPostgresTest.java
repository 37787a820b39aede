package dev.neon.compute.binaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.EmbeddedPostgres.Offer;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.error.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddedPostgresTest {
    private static final EmbeddedVersions KNOWN = EmbeddedVersions.ofThisBuild();

    @TempDir
    Path temp;

    private Path jars;
    private Path programs;
    private EmbeddedPostgres embedded;

    @BeforeEach
    void open() throws IOException {
        jars = Files.createDirectory(temp.resolve("jars"));
        programs = Files.createDirectory(temp.resolve("programs"));
        embedded = new EmbeddedPostgres(temp.resolve("cache"), List.of(temp.resolve("nowhere"), jars),
                List.of(programs));
    }

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    void theBuildsJarsAreWhatTheyAreCalled(int major) {
        PostgresBinaries postgres = TestPostgres.major(major);

        assertEquals(PostgresBinaries.at(postgres.binDir()), postgres);
        assertEquals(KNOWN.serverVersion(major), postgres.version());
        assertTrue(Files.isExecutable(postgres.program("initdb")));
        assertEquals(Optional.empty(), postgres.find("no-such-program"));
        var missing = assertThrows(NotFoundException.class, () -> postgres.program("pg_waldump"));
        assertTrue(missing.getMessage().startsWith("'pg_waldump' is not among"), missing.getMessage());
    }

    @Test
    void unpacksAJarAtHandAndRepairsIt() throws IOException {
        TestArchive.postgres(KNOWN.serverVersion(16)).jar(jars.resolve(KNOWN.jarName(16)));

        PostgresBinaries postgres = embedded.require(16);
        Files.delete(postgres.binDir().resolveSibling("share/postgres.bki"));
        PostgresBinaries again = embedded.require(16);

        assertEquals(16, postgres.major());
        assertEquals(postgres, again);
        assertTrue(Files.exists(again.binDir().resolveSibling("share/postgres.bki")));
    }

    @Test
    void whatIsNotThereCanBeInstalled() {
        var missing = assertThrows(NotFoundException.class, () -> embedded.require(16));

        assertEquals("PostgreSQL 16 is not installed", missing.getMessage());
        assertEquals(Optional.of("Run 'neon postgres install 16'."), missing.hint());
        assertThrows(UnsupportedException.class, () -> embedded.require(13));
        assertThrows(UnsupportedException.class, () -> embedded.install(19, Optional.empty()));
    }

    @Test
    void listsWhatThereIs() throws IOException {
        TestArchive.postgres(KNOWN.serverVersion(15)).jar(jars.resolve(KNOWN.jarName(15)));
        Path archive = TestArchive.postgres("17.1").txz(temp.resolve("a.txz"));
        PostgresBinaries older = embedded.install(17, Optional.of(archive));

        List<Offer> offers = embedded.list();

        assertEquals(List.of(14, 15, 16, 17, 18), offers.stream().map(Offer::major).toList());
        assertEquals(
                new Offer(15, KNOWN.serverVersion(15), Optional.empty(), Optional.of(jars.resolve(KNOWN.jarName(15)))),
                offers.get(1));
        assertEquals(Optional.of(older), offers.get(3).installed());
        assertEquals(older, embedded.require(17));
        assertEquals("17.1", older.version());
    }

    @Test
    void theNewestMinorWins() throws IOException {
        embedded.install(17, Optional.of(TestArchive.postgres("17.9").txz(temp.resolve("a.txz"))));
        embedded.install(17, Optional.of(TestArchive.postgres("17.10").txz(temp.resolve("b.txz"))));
        embedded.install(17, Optional.of(TestArchive.postgres("17.2").txz(temp.resolve("c.txz"))));

        assertEquals("17.10", embedded.require(17).version());
    }

    @Test
    void installsFromADirectory() throws IOException {
        Path directory = Files.createDirectory(temp.resolve("unpacked"));
        PostgresArchive.unpack(TestArchive.postgres("14.3").txz(temp.resolve("a.txz")), directory);

        PostgresBinaries postgres = embedded.install(14, Optional.of(directory));
        FileTree.delete(directory);

        assertEquals(postgres, embedded.require(14));
        assertEquals("14.3", PostgresBinaries.at(postgres.binDir()).version());
    }

    @Test
    void refusesWhatItWasNotAskedFor() throws IOException {
        Path other = TestArchive.postgres("15.2").txz(temp.resolve("a.txz"));
        refused("is PostgreSQL 15.2, not 16", InvalidInputException.class, other);
        refused("is PostgreSQL 16beta1, not a release", InvalidInputException.class,
                TestArchive.postgres("16beta1").txz(temp.resolve("b.txz")));
        refused("PostgreSQL 9.6.24 is not supported", UnsupportedException.class,
                TestArchive.postgres("9.6.24").txz(temp.resolve("c.txz")));
        refused("it is not compressed with xz", InvalidInputException.class,
                Files.writeString(temp.resolve("d.txz"), "garbage"));
        refused("there is no bin/postgres", InvalidInputException.class,
                new TestArchive().file("bin/initdb", 0755, "").txz(temp.resolve("e.txz")));
        refused("lacks PostgreSQL's share directory", InvalidInputException.class, new TestArchive()
                .file("bin/postgres", 0755, "#!/bin/sh\necho 'postgres (PostgreSQL) 16.2'\n")
                .txz(temp.resolve("f.txz")));
        refused("is not a PostgreSQL server", UnsupportedException.class, new TestArchive()
                .file("bin/postgres", 0755, "#!/bin/sh\necho MySQL\n").txz(temp.resolve("g.txz")));
        refused("'postgres' failed with exit code 1", PostgresFailedException.class, new TestArchive()
                .file("bin/postgres", 0755, "#!/bin/sh\nexit 1\n").txz(temp.resolve("h.txz")));
        refused("there is no bin/postgres", InvalidInputException.class, Files.createDirectory(temp.resolve("empty")));
        refused("there is no '", NotFoundException.class, temp.resolve("missing.jar"));
    }

    @Test
    void asksTheUsersMaven() throws IOException {
        Path fetched = TestArchive.postgres(KNOWN.serverVersion(18)).jar(temp.resolve("fetched.jar"));
        maven("for a; do case $a in -DoutputDirectory=*) cp " + fetched + " ${a#*=}/" + KNOWN.jarName(18)
                + ";; esac; done; echo $@ > " + temp.resolve("asked"));

        PostgresBinaries postgres = embedded.install(18, Optional.empty());

        assertEquals(KNOWN.serverVersion(18), postgres.version());
        assertFalse(Files.exists(postgres.binDir().resolveSibling("download")));
        String asked = Files.readString(temp.resolve("asked"));
        assertTrue(asked.startsWith("-q -B org.apache.maven.plugins:maven-dependency-plugin:"), asked);
        assertTrue(asked.contains(":copy -Dartifact=" + KNOWN.coordinates(18) + " -DoutputDirectory="), asked);
        assertEquals(postgres, embedded.require(18));
    }

    @Test
    void saysWhenMavenIsMissingOrFails() throws IOException {
        var missing = assertThrows(NotFoundException.class, () -> embedded.install(18, Optional.empty()));
        assertEquals("there is no Maven to fetch PostgreSQL 18 with", missing.getMessage());

        maven("echo Could not resolve; exit 1");
        var failed = assertThrows(PostgresFailedException.class, () -> embedded.install(18, Optional.empty()));
        assertEquals("'mvn' failed with exit code 1", failed.getMessage());
        assertEquals("Could not resolve", failed.output());
        assertEquals(Set.of("lock"), cached());
    }

    private void maven(String script) throws IOException {
        Path maven = Files.writeString(programs.resolve("mvn"), "#!/bin/sh\n" + script + "\n");
        assertTrue(maven.toFile().setExecutable(true));
    }

    private void refused(String reason, Class<? extends NeonException> kind, Path from) throws IOException {
        var refused = assertThrows(kind, () -> embedded.install(16, Optional.of(from)));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        assertTrue(refused.hint().isPresent());
        assertTrue(Set.of("lock").containsAll(cached()), cached().toString());
    }

    private Set<String> cached() throws IOException {
        Path cache = temp.resolve("cache/postgres");
        if (!Files.exists(cache)) {
            return Set.of();
        }
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
