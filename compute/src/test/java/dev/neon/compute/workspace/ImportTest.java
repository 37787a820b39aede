package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories made from data directories; {@link BaseBackupImportTest} has those from backups. */
class ImportTest {
    private static final PostgresBinaries POSTGRES_15 = TestPostgres.major(15);
    private static final PostgresBinaries POSTGRES_18 = TestPostgres.major(18);

    @TempDir
    Path directory;

    private Path source;
    private Path home;
    private Path neon;

    @BeforeEach
    void places() throws IOException {
        source = directory.resolve("source");
        home = Files.createDirectory(directory.resolve("home"));
        neon = home.resolve(".neon");
    }

    /** What is made in {@code home}; the source must not have changed by it. */
    private TestWorkspace importFrom(PostgresBinaries binaries) throws IOException {
        SortedMap<String, String> before = Fingerprint.of(source);
        new RepositorySetup(TestWorkspace.context(), TestWorkspace.source(), TestPostgres.cache())
                .importFrom(neon, "main", source, Optional.empty(), Optional.of(binaries.binDir()));
        assertEquals(before, Fingerprint.of(source), "the source of an import changed");
        return TestWorkspace.open(neon, binaries);
    }

    @Test
    void otherSegmentSizeNoChecksumsAndALaterTimeline() throws Exception {
        try (PlainCluster cluster = PlainCluster.initdb(source, POSTGRES_15, "--wal-segsize=4")) {
            cluster.start();
            cluster.execute("CREATE TABLE t AS SELECT g a FROM generate_series(1, 1000) g");
            cluster.stop();
            Files.createFile(source.resolve("standby.signal"));
            cluster.start();
            cluster.execute("SELECT pg_promote()", "INSERT INTO t VALUES (1001)");
            cluster.stop();
        }
        try (TestWorkspace neonHere = importFrom(POSTGRES_15)) {
            ClusterIdentity identity = neonHere.workspace().wal().identity(neonHere.timeline("main"));
            assertEquals(List.of(4 << 20, false, 2),
                    List.of(identity.segmentSize(), identity.checksums(), identity.walTimeline()));
            neonHere.start("main");
            assertEquals(List.of("1001"), neonHere.query("main", "SELECT count(*) FROM t"));
            neonHere.branch("child", "main");
            neonHere.execute("main", "INSERT INTO t SELECT g FROM generate_series(1, 100000) g");
            neonHere.start("child");
            neonHere.execute("child", "DELETE FROM t WHERE a <= 500");
            for (String branch : List.of("main", "child")) {
                neonHere.stop(branch);
                neonHere.deleteDataDirectory(branch);
                neonHere.start(branch);
            }
            assertEquals(List.of("101001"), neonHere.query("main", "SELECT count(*) FROM t"));
            assertEquals(List.of("501"), neonHere.query("child", "SELECT count(*) FROM t"));
        }
    }

    @Test
    void configurationElsewhereAsDebianHasIt() throws Exception {
        try (PlainCluster cluster = PlainCluster.init(source, POSTGRES_18)) {
            for (String name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
                Files.delete(source.resolve(name));
            }
            // And the WAL, as with initdb --waldir.
            Files.move(source.resolve("pg_wal"), directory.resolve("wal"));
            Files.createSymbolicLink(source.resolve("pg_wal"), directory.resolve("wal"));
            SortedMap<String, String> wal = Fingerprint.of(directory.resolve("wal"));
            try (TestWorkspace neonHere = importFrom(POSTGRES_18)) {
                neonHere.start("main");
                neonHere.execute("main", "CREATE TABLE t (a int)");
                assertEquals(wal, Fingerprint.of(directory.resolve("wal")));
                assertEquals(List.of("postgres"), neonHere.query("main", "SELECT current_user"));
            }
        }
    }

    @Test
    void dangerousSettingsAreNotInherited() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        try (PlainCluster cluster = PlainCluster.init(source, POSTGRES_18)) {
            cluster.configure("archive_mode = on", "archive_command = 'touch " + elsewhere + "'",
                    "primary_conninfo = 'host=production'", "primary_slot_name = 'production'",
                    "restore_command = 'touch " + elsewhere + "'", "recovery_end_command = 'touch " + elsewhere + "'",
                    "archive_cleanup_command = 'touch " + elsewhere + "'", "recovery_target_lsn = '0/1000000'",
                    "listen_addresses = '*'", "port = 1", "unix_socket_directories = '/var/run/postgresql'",
                    "logging_collector = on", "external_pid_file = '" + elsewhere + "'", "wal_keep_size = 0",
                    "data_directory = '" + source + "'", "hba_file = '" + elsewhere + "'",
                    "synchronous_standby_names = '*'", "wal_level = minimal", "max_wal_senders = 0");
        }
        try (TestWorkspace neonHere = importFrom(POSTGRES_18)) {
            neonHere.start("main");
            for (String name : List.of("archive_command", "primary_conninfo", "primary_slot_name", "restore_command",
                    "recovery_end_command", "archive_cleanup_command", "recovery_target_lsn",
                    "synchronous_standby_names")) {
                String value = neonHere.query("main", "SHOW " + name).getFirst();
                assertTrue(value.isEmpty() || value.equals("(disabled)"), name + " is " + value);
            }
            assertEquals(List.of("off", "off", "127.0.0.1", "replica", neonHere.workspace().repository()
                            .dataDirectory(neonHere.timeline("main")).toString()),
                    List.of(neonHere.query("main", "SHOW archive_mode").getFirst(),
                            neonHere.query("main", "SHOW logging_collector").getFirst(),
                            neonHere.query("main", "SHOW listen_addresses").getFirst(),
                            neonHere.query("main", "SHOW wal_level").getFirst(),
                            neonHere.query("main", "SHOW data_directory").getFirst()));
            // With the sources' synchronous_standby_names this would wait for good.
            neonHere.execute("main", "SET statement_timeout = '20s'", "CREATE TABLE t (a int)", "CHECKPOINT",
                    "SELECT pg_switch_wal()", "CHECKPOINT");
            neonHere.stop("main");
        }
        assertTrue(Files.notExists(elsewhere));
    }

    @Test
    void aRunningServerIsRefusedByItsPid() throws Exception {
        try (PlainCluster cluster = PlainCluster.init(source, POSTGRES_18).start()) {
            BusyException refused = assertThrows(BusyException.class, () -> importUnchecked(POSTGRES_18));
            assertTrue(refused.getMessage().contains("pid " + cluster.pid()), refused.getMessage());
            assertNothingWasMade();
            cluster.crash();
            assertRefused(ConflictException.class, "was not stopped cleanly");
            Files.createFile(source.resolve("standby.signal"));
            cluster.start().stop();
            assertRefused(ConflictException.class, "is a standby");
        }
    }

    @Test
    void whatIsNoDataDirectoryOrCannotBeTakenOverIsRefused() throws Exception {
        assertRefused(NotFoundException.class, "does not exist");
        Files.createDirectory(source);
        Files.writeString(source.resolve("PG_VERSION"), "18\n");
        assertRefused(NotFoundException.class, "is not a PostgreSQL data directory");
        Files.delete(source.resolve("PG_VERSION"));
        PlainCluster.init(source, POSTGRES_18).close();
        assertRefused(POSTGRES_15, UnsupportedException.class, "holds PostgreSQL 15");
        Files.createSymbolicLink(source.resolve("pg_tblspc/16384"), Files.createDirectory(directory.resolve("space")));
        assertRefused(UnsupportedException.class, directory.resolve("space").toString());
        Files.delete(source.resolve("pg_tblspc/16384"));
        byte[] control = Files.readAllBytes(source.resolve("global/pg_control"));
        control[20] ^= 1;
        Files.write(source.resolve("global/pg_control"), control);
        assertRefused(NeonException.class, "pg_control");
    }

    private void importUnchecked(PostgresBinaries binaries) throws IOException {
        new RepositorySetup(TestWorkspace.context(), TestWorkspace.source(), TestPostgres.cache())
                .importFrom(neon, "main", source, Optional.empty(), Optional.of(binaries.binDir()));
    }

    private void assertRefused(Class<? extends NeonException> kind, String why) throws IOException {
        assertRefused(POSTGRES_18, kind, why);
    }

    private void assertRefused(PostgresBinaries binaries, Class<? extends NeonException> kind, String why)
            throws IOException {
        NeonException refused = assertThrows(kind, () -> importUnchecked(binaries));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertNothingWasMade();
    }

    private void assertNothingWasMade() throws IOException {
        try (Stream<Path> left = Files.list(home)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
