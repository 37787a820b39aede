package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The records of btree, hash and gin that a server has written for {@code index-records.sql}: all of their operations,
 * and the forms that {@code index-forms.txt} lists, are among them, all are decoded to the last byte, and they are
 * described as the server's own pg_walinspect does. 14 has no such extension.
 */
class IndexRecordsTest {
    private static final List<Integer> MANAGERS = List.of(11, 12, 13);

    private record Described(Lsn start, String manager, String operation, String description) {}

    @TempDir
    Path home;

    private final List<Described> read = new ArrayList<>();
    private final Set<String> forms = new TreeSet<>();

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void recordsAreWhatTheServerSays(int major) throws Exception {
        PostgresMajor release = PostgresMajor.of(major);
        try (PlainCluster cluster = PlainCluster.init(home.resolve("data"), TestPostgres.major(major))
                .configure("autovacuum = off", "fsync = off", "wal_keep_size = 8GB", "max_wal_size = 8GB",
                        "checkpoint_timeout = 1h", "shared_buffers = 64MB")
                .start()) {
            Lsn first = Lsn.parse(cluster.query("select pg_current_wal_insert_lsn()").getFirst());
            run(cluster);
            Lsn end = Lsn.parse(cluster.query("select pg_switch_wal()").getFirst());
            read(cluster, WalDialect.of(release), first, end);
            assertEquals(List.of(), operationsNotSeen(WalDialect.of(release)));
            assertEquals(List.of(), resource("index-forms.txt").lines().filter(form -> !forms.contains(form)).toList());
            if (release != PostgresMajor.V14) {
                assertDescribedAs(tell(cluster, first, end));
            }
        }
    }

    private static void run(PlainCluster cluster) throws IOException, SQLException {
        try (Connection connection = cluster.connect(); Statement statement = connection.createStatement()) {
            for (String sql : resource("index-records.sql").split(";\n")) {
                statement.execute(sql);
            }
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream resource = IndexRecordsTest.class.getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void read(PlainCluster cluster, WalDialect dialect, Lsn first, Lsn end) {
        WalSource wal = WalSource.of(ControlFile.read(cluster.data().resolve("global/pg_control")).identity(),
                cluster.data().resolve("pg_wal"));
        try (WalReader reader = WalReader.from(wal, first)) {
            while (reader.next() && reader.start().isBefore(end)) {
                if (MANAGERS.contains(reader.rmid())) {
                    read(dialect.manager(reader.rmid()), reader.record());
                }
            }
        }
    }

    private void read(ResourceManager<?> manager, WalRecord record) {
        IndexForms.add(manager.decode(record), forms);
        StringBuilder text = new StringBuilder();
        manager.describe(record, text);
        read.add(new Described(record.start(), manager.name(), manager.operation(record.info()), text.toString()));
    }

    private List<String> operationsNotSeen(WalDialect dialect) {
        Set<String> names = new TreeSet<>();
        for (int rmid : MANAGERS) {
            ResourceManager<?> manager = dialect.manager(rmid);
            for (int operation = 0; operation < 256; operation += 16) {
                manager.operations().name(operation).ifPresent(name -> names.add(manager.name() + " " + name));
            }
        }
        read.forEach(seen -> names.remove(seen.manager() + " " + seen.operation()));
        return List.copyOf(names);
    }

    private static List<Described> tell(PlainCluster cluster, Lsn first, Lsn end) throws SQLException {
        cluster.execute("create extension pg_walinspect");
        List<Described> told = new ArrayList<>();
        try (Connection connection = cluster.connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select start_lsn, resource_manager, record_type,"
                        + " coalesce(description, '') from pg_get_wal_records_info('" + first + "', '" + end + "')"
                        + " where resource_manager in ('Btree', 'Hash', 'Gin') order by start_lsn")) {
            while (rows.next()) {
                told.add(new Described(Lsn.parse(rows.getString(1)), rows.getString(2), rows.getString(3),
                        rows.getString(4)));
            }
        }
        return told;
    }

    private void assertDescribedAs(List<Described> told) {
        for (int i = 0; i < Math.min(told.size(), read.size()); i++) {
            assertEquals(told.get(i), read.get(i));
        }
        assertEquals(told.size(), read.size());
    }
}
