package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.rmgr.ResourceManager;
import dev.neon.dialect.WalDialect;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every record of the managers of small structures, of Gist, SPGist and BRIN and of Generic is decoded to its last
 * byte, and described as the server that wrote it describes it ({@code pg_walinspect}, which 14 does not have).
 */
class RecordDescriptionTest {
    private static final List<String> MANAGERS = List.of("Storage", "CLOG", "Database", "Tablespace", "MultiXact",
            "RelMap", "Gist", "SPGist", "BRIN", "CommitTs", "ReplicationOrigin", "Generic", "LogicalMessage");
    private static final String DESCRIPTIONS = "select start_lsn || ' ' || resource_manager || ' ' || record_type"
            + " || ' ' || coalesce(description, '') from pg_get_wal_records_info('%s', '%s')"
            + " where resource_manager in ('%s')";
    private static final int FIRST_WITH_WALINSPECT = 15;
    /** A record after 1,048,576 transactions. */
    private static final Set<String> NEVER_WRITTEN = Set.of("CLOG TRUNCATE");

    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void recordsAreDescribedAsByTheServer(int major) throws Exception {
        WalDialect dialect = WalDialect.of(PostgresMajor.of(major));
        try (PlainCluster cluster = PlainCluster.initdb(home.resolve("data"), TestPostgres.major(major),
                "--encoding=UTF8", "--locale=C")) {
            cluster.configure("autovacuum = off", "fsync = off", "wal_keep_size = 4GB", "max_wal_size = 4GB",
                    "track_commit_timestamp = on", "allow_in_place_tablespaces = on");
            cluster.start("wal_level=minimal", "max_wal_senders=0");
            Lsn from = Lsn.parse(cluster.query("select pg_current_wal_insert_lsn()").getFirst());
            cluster.execute(RecordKinds.UNLOGGED_BUILD.toArray(String[]::new));
            cluster.stop().start("wal_level=logical");
            write(cluster, major);
            Lsn to = Lsn.parse(cluster.query("select pg_current_wal_flush_lsn()").getFirst());

            TreeSet<String> kinds = new TreeSet<>();
            List<String> described = describe(cluster, dialect, from, to, kinds);
            if (major >= FIRST_WITH_WALINSPECT) {
                cluster.execute("create extension pg_walinspect");
                Iterator<String> expected = cluster.query(DESCRIPTIONS.formatted(from, to,
                        String.join("', '", MANAGERS))).iterator();
                for (String line : described) {
                    assertEquals(expected.hasNext() ? expected.next() : "no more records", line);
                }
                assertTrue(!expected.hasNext(), "the server has more records");
            }
            TreeSet<String> missing = operations(dialect);
            missing.removeAll(kinds);
            assertEquals(NEVER_WRITTEN, missing, described.size() + " records of kinds " + kinds);
        }
    }

    private static void write(PlainCluster cluster, int major) throws Exception {
        try (Connection one = cluster.connect(); Connection other = cluster.connect()) {
            RecordKinds.execute(one, RecordKinds.files(major).toArray(String[]::new));
            RecordKinds.execute(one, "create extension bloom");
            for (String consistencyChecking : List.of("", "all")) {
                RecordKinds.execute(one, "set wal_consistency_checking = '" + consistencyChecking + "'",
                        "create schema indexes" + consistencyChecking,
                        "set search_path = indexes" + consistencyChecking + ", public");
                RecordKinds.execute(one, RecordKinds.INDEXES.toArray(String[]::new));
            }
            RecordKinds.execute(one, "reset all");
            RecordKinds.numbers(one, other);
        }
        cluster.execute("alter database template0 allow_connections true");
        for (String database : List.of("template0", "template1", "blocks", "postgres")) {
            try (Connection connection = DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + cluster.port() + "/" + database, "postgres", "")) {
                RecordKinds.execute(connection, "set vacuum_freeze_min_age = 0",
                        "set vacuum_multixact_freeze_min_age = 0", "vacuum (freeze)");
            }
        }
    }

    private static List<String> describe(PlainCluster cluster, WalDialect dialect, Lsn from, Lsn to,
            Set<String> kinds) {
        ControlFile control = ControlFile.read(cluster.data().resolve("global/pg_control"));
        WalSource source = WalSource.of(control.identity(), cluster.data().resolve("pg_wal"));
        List<String> lines = new ArrayList<>();
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.next() && !reader.end().isAfter(to)) {
                WalRecord record = reader.record();
                ResourceManager<?> manager = dialect.manager(record.rmid());
                if (MANAGERS.contains(manager.name())) {
                    String kind = manager.name() + " " + manager.operation(record.info());
                    kinds.add(kind);
                    StringBuilder text = new StringBuilder(record.start() + " " + kind + " ");
                    manager.describe(record, text);
                    lines.add(text.toString());
                }
            }
        }
        return lines;
    }

    /** Every operation that the release has. */
    private static TreeSet<String> operations(WalDialect dialect) {
        TreeSet<String> all = new TreeSet<>();
        for (String name : MANAGERS) {
            ResourceManager<?> manager = dialect.manager(dialect.rmid(name).orElseThrow());
            for (int operation = 0; operation < 0x100; operation += 0x10) {
                manager.operations().name(operation).ifPresent(known -> all.add(name + " " + known));
            }
        }
        return all;
    }
}
