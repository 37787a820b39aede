package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.Host;
import dev.neon.compute.proxy.BothWays.Way;
import dev.neon.compute.proxy.ClientProgram.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * PostgreSQL's own programs through the page server, compared with the same at the server's own port. They are those of
 * Debian's PostgreSQL 15 ({@code apt-get install postgresql-15}), without which these tests are skipped.
 */
class ProgramClientsTest {
    private static BothWays both;
    private static PostgresBinaries postgres;

    @TempDir
    Path work;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        Optional<PostgresBinaries> debian = TestPostgres.debian15();
        assumeTrue(debian.isPresent(), "PostgreSQL 15 with all its programs is not installed");
        postgres = debian.get();
        both = BothWays.open(directory, postgres);
    }

    @AfterAll
    static void end() {
        if (both != null) {
            both.close();
        }
    }

    private static String program(String name) {
        return postgres.binDir().resolve(name).toString();
    }

    private static Result psql(Way way, Map<String, String> environment, String script, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(program("psql"), "-X", "-q", "-a", "-v", "VERBOSITY=verbose", "-v", "SHOW_CONTEXT=always"));
        command.addAll(List.of(options));
        Result result = ClientProgram.run(environment, script, command);
        // What differs between any two sessions.
        return new Result(result.code(), result.output().replaceAll("(server process with PID|port|pg_temp_) ?\\d+", "$1 …"));
    }

    @Test
    void psqlScript() throws Exception {
        Path object = work.resolve("object");
        Files.write(object, new byte[300_000]);
        String output = both.same(way -> psql(way, Map.of("PGAPPNAME", "me"), """
                SHOW application_name;
                CREATE TEMP TABLE t(a int PRIMARY KEY, b text CONSTRAINT short CHECK (length(b) < 10));
                INSERT INTO t SELECT g, 'row ' || g FROM generate_series(1, 5000) AS g;
                INSERT INTO t VALUES (1, 'again');
                INSERT INTO t VALUES (-1, 'much too long');
                SELECT 1 / 0;
                \\errverbose
                SELECT nonsense FROM t;
                DO $$ BEGIN RAISE NOTICE 'noticed' USING DETAIL = 'd', HINT = 'h'; RAISE WARNING 'warned'; RAISE 'raised' USING ERRCODE = 'ZZ001'; END $$;
                PREPARE p(int) AS SELECT * FROM t WHERE a = $1;
                EXECUTE p(7);
                \\set FETCH_COUNT 100
                SELECT * FROM t;
                SELECT a, b FROM t WHERE a < 3 \\gdesc
                COPY t FROM STDIN;
                6000	copied
                6001	\\N
                \\.
                COPY (SELECT * FROM t WHERE a > 4990) TO STDOUT;
                \\d t
                LISTEN channel;
                NOTIFY channel, 'payload';
                SELECT 'after';
                SET statement_timeout = '50ms';
                SELECT pg_sleep(60);
                SET statement_timeout = 0;
                \\lo_import '%s'
                \\lo_export :LASTOID '%s'
                SELECT 1 \\; SELECT 2 \\; SELECT 3;
                SELECT version();
                """.formatted(object, work.resolve("exported")), way.libpq("dbname=postgres")).orThrow());
        for (String expected : List.of("me\n", "23505", "22012", "Asynchronous notification \"channel\" with payload \"payload\"", "57014",
                "NOTICE:  00000: noticed", "ZZ001", "row 5000")) {
            assertTrue(output.contains(expected), () -> expected + " is missing in:\n" + output);
        }
        assertArrayEquals(Files.readAllBytes(object), Files.readAllBytes(work.resolve("exported")));
    }

    @Test
    void psqlCopiesFilesByteForByte() throws Exception {
        both.same(way -> {
            Path out = work.resolve("out." + way.isDirect());
            Path again = work.resolve("again." + way.isDirect());
            psql(way, Map.of(), """
                    \\set ON_ERROR_STOP
                    \\copy (SELECT g, md5(g::text), repeat('x', g %% 100) FROM generate_series(1, 300000) AS g) TO '%1$s' (FORMAT binary)
                    CREATE TEMP TABLE copied(a int, b text, c text);
                    \\copy copied FROM '%1$s' (FORMAT binary)
                    \\copy (TABLE copied ORDER BY a) TO '%2$s' (FORMAT binary)
                    """.formatted(out, again), way.libpq("dbname=postgres")).orThrow();
            assertEquals(-1, Files.mismatch(out, again));
            assertTrue(Files.size(out) > 10_000_000);
            return Files.readAllBytes(out).length;
        });
        assertEquals(-1, Files.mismatch(work.resolve("out.true"), work.resolve("out.false")));
    }

    @Test
    void passwords() throws Exception {
        String right = both.same(way -> psql(way, Map.of("PGPASSWORD", "right"), "SELECT current_user;", way.libpq("user=secured dbname=postgres"))
                .orThrow());
        assertTrue(right.contains("secured"), right);
        Result wrong = both.same(way -> psql(way, Map.of("PGPASSWORD", "wrong"), "SELECT 1;", way.libpq("user=secured dbname=postgres")));
        assertEquals(2, wrong.code());
        assertTrue(wrong.output().contains("FATAL:  password authentication failed for user \"secured\""), wrong.output());
        both.same(way -> psql(way, Map.of(), "", way.libpq("dbname=nowhere")));
    }

    /** Ctrl-C in psql, whose libpq sends a cancel request on a connection of its own. */
    @Test
    void ctrlC() throws Exception {
        both.same(way -> interrupted(way, Map.of(), ""));
    }

    /** libpq 18 beside psql 15, since the embedded binaries have no psql: keys of 32 bytes. */
    @Test
    void ctrlCInProtocol32() throws Exception {
        Path library = TestPostgres.major(18).binDir().resolveSibling("lib");
        assumeTrue(Files.exists(library.resolve("libpq.so.5")), "the embedded PostgreSQL has no libpq");
        try (BothWays of18 = BothWays.open(Files.createTempDirectory(work, "18"), TestPostgres.major(18))) {
            String output = of18.same(way -> interrupted(way, Map.of("LD_LIBRARY_PATH", library.toString()),
                    "min_protocol_version=3.2 max_protocol_version=3.2"));
            assertTrue(output.contains("57014"), output);
        }
    }

    private String interrupted(Way way, Map<String, String> environment, String options) throws Exception {
        ClientProgram psql = ClientProgram.start(environment, "SELECT pg_sleep(60);\nSELECT 'goes on';\n",
                List.of(program("psql"), "-X", "-v", "VERBOSITY=verbose", way.libpq("dbname=postgres", options)));
        try (Connection connection = way.connect()) {
            both.pageServer().await("psql does not sleep", () -> TestPageServer.one(connection,
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND wait_event = 'PgSleep'").equals("1"));
        }
        Host.current().signal(psql.pid(), Host.Signal.INT);
        String output = psql.end().output();
        assertTrue(output.contains("canceling statement due to user request"), output);
        return output;
    }

    @Test
    void pgbenchInEachMode() throws Exception {
        Path pipeline = work.resolve("pipeline.sql");
        Files.writeString(pipeline, """
                \\set aid random(1, 100000)
                \\startpipeline
                SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
                UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :aid;
                SELECT 1;
                \\endpipeline
                """);
        both.same(way -> {
            String to = way.libpq("dbname=postgres");
            ClientProgram.run(List.of(program("pgbench"), "-i", "-q", "-s", "1", to));
            StringBuilder done = new StringBuilder();
            for (List<String> mode : List.of(List.of("-M", "simple"), List.of("-M", "prepared", "-S"), List.of("-M", "extended", "-C"),
                    List.of("-M", "extended", "-f", pipeline.toString()))) {
                List<String> command = new ArrayList<>(List.of(program("pgbench"), "-n", "-c", "4", "-j", "2", "-t", "100"));
                command.addAll(mode);
                command.add(to);
                ClientProgram.run(command).lines().filter(line -> line.contains("processed") || line.contains("failed"))
                        .forEach(line -> done.append(line).append('\n'));
            }
            assertTrue(done.toString().startsWith("number of transactions actually processed: 400/400\nnumber of failed transactions: 0"),
                    done::toString);
            return done.toString();
        });
    }

    @Test
    void dumpsAndBackups() throws Exception {
        try (Connection connection = both.direct().connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS dumped AS SELECT g, md5(g::text) FROM generate_series(1, 50000) AS g");
        }
        String dump = both.same(way -> ClientProgram.run(List.of(program("pg_dump"), "-t", "dumped", "-d", way.libpq("dbname=postgres")))
                // Its key is another each time.
                .replaceAll("(?m)^\\\\(un)?restrict .*$", ""));
        assertTrue(dump.length() > 1_000_000);
        for (Way way : both.ways()) {
            Path backup = work.resolve("backup." + way.isDirect());
            ClientProgram.run(List.of(program("pg_basebackup"), "-D", backup.toString(), "-X", "stream", "-c", "fast", "-d", way.libpq()));
            ClientProgram.run(List.of(program("pg_verifybackup"), backup.toString()));
        }
    }

    @Test
    void receivedWal() throws Exception {
        String begin;
        String end;
        try (Connection connection = both.direct().connect(); Statement statement = connection.createStatement()) {
            for (Way way : both.ways()) {
                statement.execute("SELECT pg_create_physical_replication_slot('physical_" + way.isDirect() + "', true)");
                statement.execute("SELECT pg_create_logical_replication_slot('logical_" + way.isDirect() + "', 'test_decoding')");
            }
            begin = TestPageServer.one(connection, "SELECT pg_walfile_name(pg_current_wal_lsn())");
            statement.execute("CREATE TABLE received AS SELECT g, md5(g::text) FROM generate_series(1, 100000) AS g");
            statement.execute("SELECT pg_switch_wal()");
            end = TestPageServer.one(connection, "SELECT pg_current_wal_lsn()");
            statement.execute("CHECKPOINT");
        }
        both.same(way -> {
            Path to = Files.createDirectory(work.resolve("wal." + way.isDirect()));
            ClientProgram.run(List.of(program("pg_receivewal"), "-D", to.toString(), "--no-loop", "-S", "physical_" + way.isDirect(), "--endpos", end,
                    "-d", way.libpq()));
            return Files.size(to.resolve(begin));
        });
        assertEquals(-1, Files.mismatch(work.resolve("wal.true").resolve(begin), work.resolve("wal.false").resolve(begin)));
        String changes = both.same(way -> {
            Path to = work.resolve("changes." + way.isDirect());
            ClientProgram.run(List.of(program("pg_recvlogical"), "--no-loop", "-S", "logical_" + way.isDirect(), "--start", "-f", to.toString(),
                    "--endpos", end, "-o", "include-xids=0", "-d", way.libpq("dbname=postgres")));
            return Files.readString(to);
        });
        assertEquals(100_002, changes.lines().count());
    }
}
