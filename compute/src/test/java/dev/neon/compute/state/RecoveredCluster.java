package dev.neon.compute.state;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.ServerParameters;
import dev.neon.postgres.WalLevel;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.state.ClusterMetadata;
import dev.neon.wal.SegmentName;
import dev.neon.wal.WalCut;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A data directory that stock PostgreSQL has recovered up to a point, and then shut down. */
final class RecoveredCluster {
    private RecoveredCluster() {}

    /**
     * @param base   a data directory that was shut down
     * @param point  a boundary after it
     * @param there  the state there: a server with other settings would say so, which changes it
     * @param target is made
     * @return the end of the shutdown checkpoint
     */
    static Lsn make(PostgresBinaries postgres, Path base, WalSource source, Lsn point, ClusterMetadata there,
            Path target) throws Exception {
        copy(base, target);
        Path control = target.resolve("global/pg_control");
        ControlFile before = ControlFile.read(control);
        Files.write(control, before.inProduction());
        linkWal(source, before.checkPoint().redo(), point, target.resolve("pg_wal"));
        return recover(postgres, there, target);
    }

    /** Starts a server, which recovers, and stops it; the end of its shutdown checkpoint. */
    static Lsn recover(PostgresBinaries postgres, ClusterMetadata there, Path target) throws Exception {
        try (PlainCluster cluster = PlainCluster.at(target, postgres).start(settings(there))) {
            cluster.stop();
        }
        ControlFile after = ControlFile.read(target.resolve("global/pg_control"));
        WalSource written = WalSource.of(after.identity(), target.resolve("pg_wal"));
        return recordEnd(written, after.checkPointLsn());
    }

    static void copy(Path from, Path to) {
        new DurableFiles(new NioFileSteps()).copyTree(from, to, path -> !path.startsWith("pg_wal")
                || path.getNameCount() == 1);
    }

    static Lsn recordEnd(WalSource source, Lsn start) {
        try (WalReader reader = WalReader.from(source, start)) {
            if (!reader.next()) {
                throw new IllegalStateException(reader.why().toString());
            }
            return reader.end();
        }
    }

    /** The segments from one point to another, the last one cut there. */
    static void linkWal(WalSource source, Lsn from, Lsn to, Path directory) throws Exception {
        int size = source.segmentSize();
        Files.createDirectories(directory.resolve("archive_status"));
        for (long number = from.value() / size; number < to.value() / size; number++) {
            Optional<Path> segment = source.path(number);
            Path copy = directory.resolve(
                    new SegmentName(source.identity().walTimeline(), number, size).toString());
            Files.copy(segment.orElseThrow(), copy);
        }
        new WalCut(new NioFileSteps()).write(source, to, directory);
    }

    static String[] settings(ClusterMetadata there) {
        ServerParameters parameters = there.parameters();
        return List.of("wal_level=" + WalLevel.of(parameters.walLevel()).orElseThrow(),
                "wal_log_hints=" + (parameters.walLogHints() ? "on" : "off"),
                "max_connections=" + parameters.maxConnections(),
                "max_worker_processes=" + parameters.maxWorkerProcesses(),
                "max_wal_senders=" + parameters.maxWalSenders(),
                "max_prepared_transactions=" + parameters.maxPreparedTransactions(),
                "max_locks_per_transaction=" + parameters.maxLocksPerTransaction(),
                "track_commit_timestamp=" + (parameters.trackCommitTimestamp() ? "on" : "off"),
                "full_page_writes=" + (there.counters().fullPageWrites() ? "on" : "off"),
                "autovacuum=off", "fsync=off", "wal_keep_size=8GB", "allow_in_place_tablespaces=on",
                "hot_standby=off").toArray(String[]::new);
    }
}
