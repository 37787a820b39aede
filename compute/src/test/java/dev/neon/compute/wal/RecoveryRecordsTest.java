package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.dialect.WalDialect;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.rmgr.ResourceManager;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that a server writes only after a crash within a record, and when it is promoted. */
class RecoveryRecordsTest {
    private static final int XLOG = 0;
    private static final Pattern ZEROS_AND_ZONE = Pattern.compile("(:\\d\\d)(\\.\\d*?)0* UTC");

    @TempDir
    Path home;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void areReadAndDescribed(int major) throws Exception {
        try (PlainCluster cluster = PlainCluster.init(home.resolve("data"), TestPostgres.major(major))) {
            Lsn first = ControlFile.read(cluster.data().resolve("global/pg_control")).checkPointLsn();
            cluster.configure("autovacuum = off", "fsync = off", "wal_keep_size = 1GB", "timezone = UTC").start();
            String whole = cluster.query("select pg_walfile_name(pg_current_wal_insert_lsn())").getFirst();
            cluster.query("select pg_logical_emit_message(true, '', repeat('a long message', 2000000))");
            cluster.crash();
            removeAfter(cluster.data().resolve("pg_wal"), whole);
            cluster.start().stop();
            List<String> said = said(cluster, first);
            Lsn shutdown = ControlFile.read(cluster.data().resolve("global/pg_control")).checkPointLsn();
            Files.createFile(cluster.data().resolve("standby.signal"));
            cluster.start();
            cluster.query("select pg_promote()");
            cluster.execute("checkpoint");

            said.removeLast();
            said.addAll(said(cluster, shutdown));
            assertEquals(1, said.stream().filter(line -> line.startsWith("OVERWRITE_CONTRECORD lsn 0/")).count());
            assertEquals(1, said.stream().filter(line -> line.startsWith("END_OF_RECOVERY tli 2; prev tli 1")).count());
            if (major >= 15) {
                cluster.execute("create extension pg_walinspect");
                assertEquals(cluster.query("select record_type || ' ' || coalesce(description, '')"
                        + " from pg_get_wal_records_info('" + first + "', pg_current_wal_flush_lsn())"
                        + " where resource_manager = 'XLOG' order by start_lsn").subList(0, said.size()), said);
            }
        }
    }

    /** As if the machine had gone down before these segments came to the disk. */
    private static void removeAfter(Path wal, String last) throws IOException {
        List<Path> removed;
        try (Stream<Path> segments = Files.list(wal)) {
            removed = segments.filter(Files::isRegularFile)
                    .filter(segment -> segment.getFileName().toString().compareTo(last) > 0).toList();
        }
        assertFalse(removed.isEmpty());
        for (Path segment : removed) {
            Files.delete(segment);
        }
    }

    /** What the records from there on say, as far as they are of the timeline that the server has. */
    private static List<String> said(PlainCluster cluster, Lsn first) {
        ControlFile control = ControlFile.readLive(cluster.data().resolve("global/pg_control"));
        ResourceManager<?> manager = WalDialect.of(control.major()).manager(XLOG);
        List<String> lines = new ArrayList<>();
        try (WalReader reader = WalReader.from(
                WalSource.of(control.identity(), cluster.data().resolve("pg_wal")), first)) {
            while (reader.next()) {
                if (reader.rmid() == XLOG) {
                    StringBuilder text = new StringBuilder(manager.operation(reader.info())).append(' ');
                    manager.describe(reader.record(), text);
                    lines.add(text.toString());
                }
            }
        }
        return lines.stream().map(RecoveryRecordsTest::asTheServer)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** The server writes times shorter than pg_waldump does. */
    private static String asTheServer(String line) {
        return ZEROS_AND_ZONE.matcher(line).replaceAll("$1$2+00").replace(".+00", "+00");
    }
}
