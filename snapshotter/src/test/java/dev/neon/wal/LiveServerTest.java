package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.wal.EndOfWal.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beside a busy server: what it had flushed before is found, and only whole records are. */
class LiveServerTest {
    private record Seen(Lsn flushed, Lsn end) {}

    @TempDir
    Path home;

    @Test
    void everyFlushedRecordIsFound() throws Exception {
        WalSource source;
        List<Seen> seen = new ArrayList<>();
        try (LocalCluster cluster = LocalCluster.start(home, 1)) {
            cluster.pgbench("-q", "-i", "-s", "1");
            source = WalSource.of(ControlFile.read(cluster.data().resolve("global/pg_control")).identity(),
                    cluster.wal());
            Process clients = cluster.startPgbench("-n", "-c", "4", "-T", "2");
            while (clients.isAlive()) {
                Lsn flushed = Lsn.parse(cluster.query("select pg_current_wal_flush_lsn()"));
                Optional<Lsn> known = seen.isEmpty() || seen.size() % 2 == 0 ? Optional.empty()
                        : Optional.of(seen.getLast().end());
                seen.add(new Seen(flushed, EndOfWal.find(source, known, Mode.LIVE).end()));
            }
        }
        assertTrue(seen.size() > 10, () -> seen.size() + " looks");
        TreeSet<Lsn> ends = new TreeSet<>();
        try (RecordFinder finder = new RecordFinder(source);
                WalReader reader = WalReader.from(source,
                        finder.first(source.begin().orElseThrow(), source.segmentSize()).orElseThrow())) {
            while (reader.next()) {
                ends.add(reader.end());
            }
        }
        for (Seen look : seen) {
            assertTrue(ends.contains(look.end()), () -> "not a boundary: " + look);
            assertFalse(ends.floor(look.flushed()).isAfter(look.end()), () -> "lost a flushed record: " + look);
        }
        assertEquals(ends.last(), EndOfWal.find(source, Optional.empty(), Mode.FULL_LAST_SEGMENT).end());
    }
}
