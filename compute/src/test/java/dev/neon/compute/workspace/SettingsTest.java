package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.repo.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What PostgreSQL keeps in files but not in WAL is kept by timeline. */
class SettingsTest {
    @TempDir
    Path directory;

    private TestWorkspace neon;

    @BeforeEach
    void repository() {
        neon = TestWorkspace.init(directory, 18);
    }

    @AfterEach
    void end() {
        neon.close();
    }

    private String show(String branch, String setting) throws Exception {
        return neon.query(branch, "SHOW " + setting).getFirst();
    }

    private Path configuration(String branch) {
        return neon.workspace().repository().dataDirectory(neon.timeline(branch)).resolve("postgresql.conf");
    }

    @Test
    void alterSystemBelongsToItsBranch() throws Exception {
        neon.start("main");
        neon.execute("main", "ALTER SYSTEM SET work_mem = '5MB'", "SELECT pg_reload_conf()");
        neon.branch("child", "main");
        neon.execute("main", "ALTER SYSTEM SET work_mem = '6MB'", "SELECT pg_reload_conf()");
        neon.start("child");
        assertEquals("5MB", show("child", "work_mem"));
        neon.execute("child", "ALTER SYSTEM SET maintenance_work_mem = '9MB'");
        for (String branch : List.of("main", "child")) {
            neon.stop(branch);
            neon.deleteDataDirectory(branch);
            neon.start(branch);
        }
        assertEquals(List.of("6MB", "5MB", "64MB", "9MB"), List.of(show("main", "work_mem"), show("child", "work_mem"),
                show("main", "maintenance_work_mem"), show("child", "maintenance_work_mem")));
        neon.execute("main", "ALTER SYSTEM RESET ALL");
        neon.stop("main");
        neon.start("main");
        assertEquals("4MB", show("main", "work_mem"));
    }

    @Test
    void alterSystemOutlivesACrash() throws Exception {
        Instance server = neon.start("main");
        neon.execute("main", "ALTER SYSTEM SET work_mem = '5MB'");
        neon.workspace().instances().stop(server.timeline(), ServerSignal.KILL,
                TestWorkspace.STOP);
        neon.start("main");
        assertEquals("5MB", show("main", "work_mem"));
    }

    @Test
    void configurationFilesEditedInPlaceAndReplaced() throws Exception {
        neon.start("main");
        Files.writeString(configuration("main"), "work_mem = 5MB\n", StandardOpenOption.APPEND);
        neon.execute("main", "SELECT pg_reload_conf()");
        neon.branch("child", "main");
        // As editors and sed -i do it: a new file is renamed over the link.
        Path replacement = configuration("main").resolveSibling("new.conf");
        Files.writeString(replacement, Files.readString(configuration("main")) + "work_mem = 6MB\n");
        Files.move(replacement, configuration("main"), StandardCopyOption.REPLACE_EXISTING);
        neon.branch("second", "main");
        neon.stop("main");
        neon.deleteDataDirectory("main");
        for (String branch : List.of("main", "child", "second")) {
            neon.start(branch);
        }
        assertEquals(List.of("6MB", "5MB", "6MB"),
                List.of(show("main", "work_mem"), show("child", "work_mem"), show("second", "work_mem")));
        Files.writeString(configuration("child"), "work_mem = 7MB\n", StandardOpenOption.APPEND);
        for (String branch : List.of("main", "child")) {
            neon.stop(branch);
            neon.start(branch);
        }
        assertEquals(List.of("6MB", "7MB"), List.of(show("main", "work_mem"), show("child", "work_mem")));
    }

    @Test
    void settingsOfOneRunAreKeptByARestartOnly() throws Exception {
        Instance server = neon.start("main", "work_mem=5MB", "wal_level=logical");
        assertEquals(List.of("5MB", "logical"), List.of(show("main", "work_mem"), show("main", "wal_level")));
        neon.workspace().instances().restart(server, server.again(), TestWorkspace.STOP);
        assertEquals(List.of("5MB", "logical"), List.of(show("main", "work_mem"), show("main", "wal_level")));
        neon.stop("main");
        neon.start("main");
        assertEquals(List.of("4MB", "replica"), List.of(show("main", "work_mem"), show("main", "wal_level")));
    }

    /** At wal_level minimal, rows loaded into a new table are not in WAL: they would be gone with the data directory. */
    @Test
    void nothingIsKeptOutOfTheWal() throws Exception {
        neon.start("main");
        neon.execute("main", "ALTER SYSTEM SET wal_level = minimal", "ALTER SYSTEM SET max_wal_senders = 0",
                "ALTER SYSTEM SET wal_skip_threshold = 0");
        neon.stop("main");
        neon.start("main");
        neon.execute("main", "BEGIN; CREATE TABLE t (a int);"
                + " INSERT INTO t SELECT g FROM generate_series(1, 10000) g; COMMIT");
        assertEquals("replica", show("main", "wal_level"));
        neon.stop("main");
        neon.deleteDataDirectory("main");
        neon.start("main");
        assertEquals(List.of("10000"), neon.query("main", "SELECT count(*) FROM t"));
        neon.execute("main", "ALTER SYSTEM SET wal_level = logical");
        neon.stop("main");
        neon.start("main");
        assertEquals("logical", show("main", "wal_level"));
    }

    @Test
    void settingsThatNeonDecidesAreRefused() {
        for (String setting : List.of("port=1", "listen_addresses=*", "wal_keep_size=0", "WAL_Keep_Size=0",
                "wal-keep-size=0", "archive_mode=on", "restore_command=x", "primary_conninfo=x", "data_directory=/",
                "hba_file=x", "unix_socket_directories=/", "logging_collector=on", "synchronous_standby_names=*",
                "wal_level=minimal", "wal-level = MINIMAL", "external_pid_file=/x", "work_mem", "=1", "")) {
            InvalidInputException refused =
                    assertThrows(InvalidInputException.class, () -> neon.start("main", setting), setting);
            assertTrue(refused.hint().isPresent(), setting);
        }
        assertTrue(Files.notExists(neon.workspace().repository().dataDirectory(neon.timeline("main"))),
                "refused before anything is made");
    }
}
