package dev.neon.compute.binaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.process.Host;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.process.ServerUser;
import dev.neon.compute.process.TestServer;
import dev.neon.compute.process.WireProbe;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.PostgresFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InitialClusterTest {
    private final InitialCluster clusters = new InitialCluster(TestPostgres.cache(), ServerUser.current());

    @TempDir
    Path temp;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    void everyMajorStartsOnACopyOfItsTemplate(int major) throws Exception {
        PostgresBinaries postgres = TestPostgres.major(major);
        Path data = temp.resolve("data");

        ClusterIdentity identity = clusters.create(postgres, data);

        assertEquals(major, identity.major());
        try (TestServer server = TestServer.start(postgres, data, temp, ServerUser.current())) {
            assertInstanceOf(WireProbe.Answer.Ready.class, server.awaitAnswer());
            assertInstanceOf(WireProbe.Answer.Ready.class, server.answerOverTcp());
            assertEquals(server.pid(), server.postmasterPid());
            List<Long> working = Host.current().processesIn(data);
            assertTrue(working.contains(server.pid()) && working.size() > 3, working.toString());
            assertEquals(Long.toUnsignedString(identity.systemIdentifier()),
                    server.query("select system_identifier from pg_control_system()"));
            assertEquals("16777216", server.query("select bytes_per_wal_segment from pg_control_init()"));
            assertEquals("1", server.query("select data_page_checksum_version from pg_control_init()"));
            assertEquals("UTF8", server.query("show server_encoding"));
            assertEquals("Z,a,é", server.query(
                    "select string_agg(x, ',' order by x) from (values ('é'), ('a'), ('Z')) t(x)"));
            server.query("create table t as select 1");
        }
        String log = Files.readString(temp.resolve("log"));
        assertTrue(log.contains("database system was shut down"), log);
        assertFalse(log.contains("recovery"), log);
    }

    @Test
    void twoClustersShareNoIdentity() throws IOException {
        PostgresBinaries postgres = TestPostgres.major(18);

        ClusterIdentity one = clusters.create(postgres, temp.resolve("one"));
        ClusterIdentity two = clusters.create(postgres, temp.resolve("two"));

        assertNotEquals(one.systemIdentifier(), two.systemIdentifier());
        assertNotEquals(nonce(temp.resolve("one")), nonce(temp.resolve("two")));
    }

    @Test
    void pgControldataAgrees() {
        Optional<PostgresBinaries> debian = TestPostgres.debian15();
        assumeTrue(debian.isPresent());
        ClusterIdentity identity = clusters.create(debian.get(), temp.resolve("data"));

        String control = ProgramRun.of(List.of(debian.get().program("pg_controldata").toString(),
                temp.resolve("data").toString()), Duration.ofSeconds(10)).orThrow("").output();

        assertFalse(control.contains("WARNING"), control);
        assertTrue(control.contains(Long.toUnsignedString(identity.systemIdentifier())), control);
        assertTrue(control.contains("shut down"), control);
    }

    @Test
    void configurationIsShort() throws IOException {
        Path data = temp.resolve("data");
        clusters.create(TestPostgres.major(18), data);

        long size = 0;
        for (String name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
            size += Files.size(data.resolve(name));
        }
        String settings = Files.readString(data.resolve("postgresql.conf"));

        assertTrue(size < 3000, "the three files have " + size + " bytes");
        for (String kept : List.of("max_connections = 100", "shared_buffers = 128MB", "dynamic_shared_memory_type",
                "datestyle", "timezone", "lc_messages", "default_text_search_config")) {
            assertTrue(settings.contains(kept), "no " + kept + " in\n" + settings);
        }
    }

    @Test
    void refusesADirectoryThatIsNotEmpty() throws IOException {
        Path precious = Files.writeString(Files.createDirectory(temp.resolve("data")).resolve("precious"), "x");

        assertThrows(AlreadyExistsException.class,
                () -> clusters.create(TestPostgres.major(18), temp.resolve("data")));

        assertTrue(Files.exists(precious));
    }

    @Test
    void anInitdbThatFailsLeavesNothing() throws IOException {
        Path bin = Files.createDirectories(temp.resolve("broken/bin"));
        Path initdb = Files.writeString(bin.resolve("initdb"), "#!/bin/sh\necho no luck\nexit 3\n");
        assertTrue(initdb.toFile().setExecutable(true));
        InitialCluster broken = new InitialCluster(temp.resolve("cache"), ServerUser.current());

        var failed = assertThrows(PostgresFailedException.class,
                () -> broken.create(new PostgresBinaries(bin, 18, "18.6"), temp.resolve("data")));

        assertEquals("'initdb' failed with exit code 3", failed.getMessage());
        assertEquals("no luck", failed.output());
        assertFalse(Files.exists(temp.resolve("data")));
        try (var left = Files.list(temp.resolve("cache/templates"))) {
            assertEquals(List.of("lock"), left.map(path -> path.getFileName().toString()).toList());
        }
    }

    private static String nonce(Path data) throws IOException {
        byte[] control = Files.readAllBytes(data.resolve("global/pg_control"));
        return HexFormat.of().formatHex(control, 257, 289);
    }
}
