package dev.neon.compute.redo;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What PostgreSQL's own crash recovery makes of a cluster and the WAL up to a point. */
final class CutCluster {
    private CutCluster() {}

    /**
     * Recovers to the point and shuts down.
     *
     * @param before a data directory that was shut down, and that is only read
     * @param from   the checkpoint of that shutdown
     * @param to     a record boundary
     * @param target does not exist
     */
    static void recover(PostgresBinaries postgres, Path before, WalSource wal, Lsn from, Lsn to, Path target)
            throws IOException, InterruptedException {
        new DurableFiles(new NioFileSteps()).copyTree(before, target, path -> true);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
        Path control = target.resolve("global/pg_control");
        Files.write(control, ControlFile.read(control).inProduction());
        cut(wal, from, to, target.resolve("pg_wal"));
        try (PlainCluster cluster = PlainCluster.at(target, postgres)) {
            cluster.recover();
        }
    }

    /** The segments up to the point, the last with zeros after it. */
    private static void cut(WalSource wal, Lsn from, Lsn to, Path target) throws IOException {
        long last = (to.value() - 1) / wal.segmentSize();
        for (long number = from.value() / wal.segmentSize(); number <= last; number++) {
            Path segment = wal.path(number).orElseThrow();
            Files.deleteIfExists(target.resolve(segment.getFileName()));
            Files.copy(segment, target.resolve(segment.getFileName()));
        }
        long kept = to.value() - last * wal.segmentSize();
        try (RandomAccessFile file = new RandomAccessFile(
                target.resolve(wal.path(last).orElseThrow().getFileName()).toFile(), "rw")) {
            file.setLength(kept);
            file.setLength(wal.segmentSize());
        }
    }
}
