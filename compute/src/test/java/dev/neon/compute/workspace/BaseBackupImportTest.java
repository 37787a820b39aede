package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.ProgramRun;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.PostgresFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repositories made from what the real pg_basebackup writes, of a server as Debian configures it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BaseBackupImportTest {
    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private PostgresBinaries binaries;
    private PlainCluster cluster;

    @BeforeAll
    void server() throws Exception {
        assumeTrue(TestPostgres.debian15().isPresent(), "PostgreSQL 15 is not installed");
        binaries = TestPostgres.debian15().get();
        Path data = shared.resolve("data");
        cluster = PlainCluster.init(data, binaries);
        Path configuration = Files.createDirectory(shared.resolve("etc"));
        for (String name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
            Files.move(data.resolve(name), configuration.resolve(name));
        }
        cluster.start("config_file=" + configuration.resolve("postgresql.conf"),
                "hba_file=" + configuration.resolve("pg_hba.conf"),
                "ident_file=" + configuration.resolve("pg_ident.conf"));
        cluster.execute("CREATE TABLE t AS SELECT g a FROM generate_series(1, 10000) g", "CREATE INDEX ON t (a)");
    }

    @AfterAll
    void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    private Path backup(String options) {
        Path target = directory.resolve("backup");
        List<String> command = new ArrayList<>(List.of(binaries.program("pg_basebackup").toString(), "-h", "127.0.0.1",
                "-p", Integer.toString(cluster.port()), "-U", "postgres", "-c", "fast", "-D", target.toString()));
        Stream.of(options.split(" ")).map(option -> option.replace("DIRECTORY", directory.toString()))
                .forEach(command::add);
        ProgramRun.of(command, Duration.ofMinutes(1)).orThrow("");
        return target;
    }

    private void importFrom(Path source) {
        new RepositorySetup(TestWorkspace.context(), TestWorkspace.source(), TestPostgres.cache())
                .importFrom(home().resolve(".neon"), "main", source, Optional.empty(), Optional.of(binaries.binDir()));
    }

    private Path home() {
        Path home = directory.resolve("home");
        home.toFile().mkdirs();
        return home;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-X stream -R --waldir=DIRECTORY/wal", "-X stream -Ft -z"})
    void backupsWithTheirWal(String options) throws Exception {
        takesOver(options);
    }

    @Tag("nightly")
    @ParameterizedTest
    @ValueSource(strings = {"-X stream", "-X fetch", "-X stream -Ft", "-X fetch -Ft"})
    void backupsOfOtherForms(String options) throws Exception {
        takesOver(options);
    }

    private void takesOver(String options) throws Exception {
        Path source = backup(options);
        SortedMap<String, String> before = Fingerprint.of(directory);
        importFrom(source);
        SortedMap<String, String> after = Fingerprint.of(directory);
        after.keySet().removeIf(name -> name.startsWith("home"));
        // The times of the directory itself and of nothing else.
        before.remove("");
        after.remove("");
        assertEquals(before, after, "the backup changed");
        try (TestWorkspace neon = TestWorkspace.open(home().resolve(".neon"), binaries)) {
            neon.start("main");
            assertEquals(List.of("10000"), neon.query("main", "SELECT count(*) FROM t"));
            assertEquals(List.of("f"), neon.query("main", "SELECT pg_is_in_recovery()"));
            assertEquals(List.of(""), neon.query("main", "SHOW primary_conninfo"));
            neon.execute("main", "INSERT INTO t VALUES (10001)");
            neon.stop("main");
            neon.deleteDataDirectory("main");
            neon.start("main");
            assertEquals(List.of("10001"), neon.query("main", "SELECT count(*) FROM t"));
        }
    }

    @Tag("nightly")
    @Test
    void aSingleTarFileCanBeNamed() throws Exception {
        importFrom(backup("-X stream -Ft -z").resolve("base.tar.gz"));
        try (TestWorkspace neon = TestWorkspace.open(home().resolve(".neon"), binaries)) {
            neon.start("main");
            assertEquals(List.of("10000"), neon.query("main", "SELECT count(*) FROM t"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "-X none")
    void oneWithoutItsWalIsRefused(String options) throws IOException {
        Path source = backup(options);
        NeonException refused = assertThrows(PostgresFailedException.class, () -> importFrom(source));
        assertTrue(refused.hint().orElse("").contains("-X stream"), refused.toString());
        try (Stream<Path> left = Files.list(home())) {
            assertEquals(List.of(), left.toList());
        }
    }
}
