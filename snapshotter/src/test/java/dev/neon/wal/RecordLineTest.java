package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.ControlFile;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.dialect.RecordLine;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole lines but for the descriptions, which each resource manager's own tests have, against those of pg_waldump. */
class RecordLineTest {
    @TempDir
    private Path home;

    @Test
    void linesAreThoseOfWaldump() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(home, 1)) {
            String insert = "insert into t select i, repeat('x', i % 900) from generate_series(1, 900) i";
            cluster.sql("create table t (a int primary key, b text)", insert, "delete from t", "vacuum t",
                    "set wal_compression = pglz", "set wal_consistency_checking = 'all'", insert.replace("i,", "-i,"),
                    "checkpoint", "set wal_compression = lz4; update t set b = ''", "checkpoint",
                    "set wal_compression = zstd; update t set b = 'y'",
                    "select pg_logical_emit_message(false, 'a', repeat('b', 20000))");
            cluster.kill();
            ControlFile control = ControlFile.read(cluster.data().resolve("global/pg_control"));
            WalSource source = WalSource.of(control.identity(), cluster.wal());
            Lsn first;
            try (RecordFinder finder = new RecordFinder(source)) {
                first = finder.first(source.begin().orElseThrow(), source.segmentSize()).orElseThrow();
            }
            for (boolean details : new boolean[] {false, true}) {
                List<String> expected = new ArrayList<>(cluster.lines("pg_waldump", "-p", cluster.wal().toString(),
                        "-s", first.toString(), details ? "-b" : "--limit=10000000"));
                expected.removeIf(line -> !line.startsWith("rmgr: ") && !line.startsWith("\t"));
                assertTrue(expected.size() > 5000);
                List<String> lines = lines(source, first, details);
                for (int i = 0; i < Math.min(expected.size(), lines.size()); i++) {
                    assertEquals(withoutDescription(expected.get(i)), withoutDescription(lines.get(i)));
                }
                assertEquals(expected.size(), lines.size());
            }
        }
    }

    private static List<String> lines(WalSource source, Lsn first, boolean details) {
        StringBuilder text = new StringBuilder();
        RecordLine line = new RecordLine(PostgresMajor.V15, details, ZoneOffset.UTC);
        try (WalReader reader = WalReader.from(source, first)) {
            while (reader.next()) {
                line.append(reader.record(), text);
            }
        }
        return text.toString().lines().toList();
    }

    private static String withoutDescription(String line) {
        return line.replaceFirst("desc: .*?(, blkref|$)", "desc: $1");
    }
}
