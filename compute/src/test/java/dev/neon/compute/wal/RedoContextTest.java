package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.rmgr.ResourceManager;
import dev.neon.dialect.WalDialect;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How PostgreSQL 14 describes records. It has no {@code pg_walinspect} to ask, but in recovery the server describes
 * each record whose page is missing: so it recovers a database whose files were all taken away.
 */
class RedoContextTest {
    private static final Pattern CONTEXT = Pattern.compile(
            "CONTEXT: {2}WAL redo at (\\S+) for (\\w+/[^:]+): (.*?); blkref #\\d+: rel .*");
    /** What the workload makes the server describe at least. */
    private static final Set<String> HEAP = Set.of("Heap/INSERT", "Heap/DELETE", "Heap/UPDATE", "Heap/UPDATE+INIT",
            "Heap/HOT_UPDATE", "Heap/HEAP_CONFIRM", "Heap/LOCK", "Heap/INPLACE", "Heap2/PRUNE", "Heap2/VACUUM",
            "Heap2/FREEZE_PAGE", "Heap2/VISIBLE", "Heap2/MULTI_INSERT", "Heap2/LOCK_UPDATED");

    /** Pages that stand before the checkpoint are missing later; those made after it would be there. */
    private static final List<String> BEFORE = List.of(
            "create table t (a int primary key, b text, c int) with (fillfactor = 60)",
            "insert into t select i, repeat('x', 20 + i % 30), i from generate_series(1, 1000) i",
            "create index on t (c)",
            "create table keyless (a int, b text)",
            "alter table keyless replica identity full",
            "insert into keyless select i, 'k' from generate_series(1, 20) i",
            "create table parts (a int, b int) partition by range (a)",
            "create table parts1 partition of parts for values from (0) to (100)",
            "create table parts2 partition of parts for values from (100) to (200)",
            "insert into parts select i, i from generate_series(0, 199) i",
            "create table indexed (a int, b text, c int[], d point, e point)",
            "insert into indexed select i, i || 'text', array[i, i % 9], point(i, i % 7), point(i % 31, i)"
                    + " from generate_series(1, 800) i",
            "create index on indexed using hash (a)",
            "create index on indexed using gin (c) with (fastupdate = off)",
            "create index on indexed using gin (c)",
            "create index on indexed using gist (d)",
            "create index on indexed using spgist (e)",
            "create index on indexed using spgist (b)",
            "create index on indexed using brin (a) with (pages_per_range = 1)",
            "vacuum",
            "delete from t where a > 900",
            "checkpoint");
    private static final List<String> AFTER = List.of(
            "insert into t values (2001, 'once', 0) on conflict (a) do nothing",
            "insert into t select i, 'new', i from generate_series(3001, 3005) i",
            "delete from t where a between 10 and 30",
            "update t set c = -c where a between 40 and 60",
            "update t set b = b || 'hot' where a between 70 and 80",
            "update t set a = -a where a between 90 and 99",
            "select * from t where a = 150 for update",
            "select * from t where a = 151 for no key update",
            "select * from t where a = 152 for share",
            "select * from t where a = 153 for key share",
            "update keyless set b = 'other' where a = 3",
            "delete from keyless where a = 4",
            "update parts set a = a + 100 where a < 5",
            "create table more (a int, b int, c int)",
            "copy more from '/dev/null'",
            "do $$ begin for i in 1 .. 12 loop update t set b = 'u' || i where a between 200 and 210; end loop; end $$",
            "select count(*) from t",
            "insert into indexed select i, i || 'more', array[i, i % 9], point(i, i % 7), point(i % 31, i)"
                    + " from generate_series(400, 700) i",
            "delete from indexed where a % 3 = 0",
            "vacuum indexed",
            "vacuum t",
            "vacuum (freeze) t",
            "analyze");

    @TempDir
    Path home;

    private PlainCluster cluster;

    @Test
    void recordsOf14AreDescribedAsTheServerDoes() throws Exception {
        cluster = PlainCluster.initdb(home.resolve("data"), TestPostgres.major(14), "--locale=C", "--encoding=UTF8")
                .configure("wal_level = logical", "full_page_writes = off", "autovacuum = off", "fsync = off",
                        "checkpoint_timeout = 1h", "log_line_prefix = ''", "ignore_invalid_pages = on");
        try (PlainCluster closed = cluster.start()) {
            cluster.execute("create database lost");
            String oid = cluster.query("select oid from pg_database where datname = 'lost'").getFirst();
            try (Connection lost = connect(); Connection other = connect()) {
                execute(lost, BEFORE);
                lockAlongAnUpdate(lost, other);
                execute(lost, AFTER);
            }
            cluster.crash();
            Map<Lsn, String> ours = describe();
            removeFiles(cluster.data().resolve("base").resolve(oid));
            cluster.start("log_min_messages=debug1");
            compare(ours);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + cluster.port()
                + "/lost?preferQueryMode=simple", "postgres", "");
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A share lock on the old version of a row goes on to the new one, which another transaction made. */
    private static void lockAlongAnUpdate(Connection one, Connection other) throws SQLException {
        execute(other, List.of("begin isolation level repeatable read", "select count(*) from t"));
        execute(one, List.of("begin", "update t set b = 'new version' where a = 160"));
        execute(other, List.of("select * from t where a = 160 for key share", "commit"));
        execute(one, List.of("commit"));
    }

    private static void removeFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    /** The records since the checkpoint that recovery begins with, but those of managers that are not described. */
    private Map<Lsn, String> describe() {
        ControlFile control = ControlFile.read(cluster.data().resolve("global/pg_control"));
        WalSource source = WalSource.of(control.identity(), cluster.data().resolve("pg_wal"));
        WalDialect dialect = WalDialect.of(PostgresMajor.V14);
        Map<Lsn, String> descriptions = new TreeMap<>();
        try (WalReader reader = WalReader.from(source, control.checkPoint().redo())) {
            while (reader.next()) {
                WalRecord record = reader.record();
                ResourceManager<?> manager = dialect.manager(record.rmid());
                manager.operations().name(record.info()).ifPresent(operation -> {
                    StringBuilder text = new StringBuilder(manager.name() + "/" + operation + ": ");
                    manager.describe(record, text);
                    descriptions.put(record.start(), text.toString());
                });
            }
        }
        return descriptions;
    }

    private void compare(Map<Lsn, String> ours) throws IOException {
        Set<String> seen = new TreeSet<>();
        for (String line : Files.readAllLines(cluster.data().resolveSibling("data.log"))) {
            Matcher context = CONTEXT.matcher(line);
            if (context.matches()) {
                Lsn lsn = Lsn.parse(context.group(1));
                if (ours.containsKey(lsn)) {
                    assertEquals(context.group(2) + ": " + context.group(3), ours.get(lsn), lsn::toString);
                    seen.add(context.group(2));
                }
            }
        }
        assertTrue(seen.containsAll(HEAP), seen::toString);
    }
}
