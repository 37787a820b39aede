package dev.neon.compute.workspace;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.wal.WalSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Where PostgreSQL's own recovery stops: from the oldest snapshot, with the timeline's segments as its archive. */
final class StockRecovery {
    private final PostgresBinaries postgres;
    private final TestWorkspace neon;
    private final Path directory;
    private final Path archive;
    private int runs;

    /** @param directory for the archive and the clusters */
    StockRecovery(PostgresBinaries postgres, TestWorkspace neon, TimelineId timeline, Path directory) throws Exception {
        this.postgres = postgres;
        this.neon = neon;
        this.directory = Files.createDirectories(directory);
        this.archive = Files.createDirectories(directory.resolve("archive"));
        WalSource wal = neon.workspace().wal().source(timeline);
        long first = wal.begin().orElseThrow().value() / wal.segmentSize();
        for (long number = first; ; number++) {
            Optional<Path> segment = wal.path(number);
            if (segment.isEmpty()) {
                return;
            }
            Files.createLink(archive.resolve(segment.get().getFileName()), segment.get());
        }
    }

    /**
     * The end of the last record that is replayed, while recovery pauses at its target.
     *
     * @param target {@code recovery_target_xid=1234}
     */
    Lsn stop(TimelineId root, String target) throws Exception {
        Path data = directory.resolve("run" + runs++);
        neon.workspace().dataDirectories().export(root, neon.workspace().positions().first(root), data);
        Files.createFile(data.resolve("recovery.signal"));
        List<String> settings = new ArrayList<>(List.of("hot_standby=on", "max_prepared_transactions=20",
                "restore_command=cp " + archive + "/%f %p", "recovery_target_action=pause", target));
        try (PlainCluster cluster = PlainCluster.at(data, postgres).start(settings.toArray(String[]::new))) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!cluster.query("SELECT pg_get_wal_replay_pause_state()").getFirst().equals("paused")) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("recovery did not stop at " + target);
                }
                Thread.sleep(20);
            }
            return Lsn.parse(cluster.query("SELECT pg_last_wal_replay_lsn()").getFirst());
        } finally {
            new DurableFiles(new NioFileSteps()).deleteTree(data);
        }
    }
}
