package dev.neon.compute.mustshow;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.repo.Lsn;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * PostgreSQL's own recovery to a point: from files that a server left when it was shut down, with WAL by
 * {@code restore_command}.
 */
final class PointInTimeRecovery {
    private final PostgresBinaries postgres;
    private final Path base;
    private final Path archive;

    /**
     * @param base    a data directory that {@link #keep} has kept
     * @param archive where segments are
     */
    PointInTimeRecovery(PostgresBinaries postgres, Path base, Path archive) {
        this.postgres = postgres;
        this.base = base;
        this.archive = archive;
    }

    /** Copies the files of a server that was shut down, without WAL and configuration, which are links in it. */
    static void keep(Path data, Path base) throws IOException {
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(base.resolve(data.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && !file.getFileName().toString().endsWith(".conf")) {
                    Files.copy(file, base.resolve(data.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        Files.createDirectories(base.resolve("pg_wal"));
        Files.writeString(base.resolve("postgresql.conf"), "");
        Files.writeString(base.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 trust\n");
        Files.writeString(base.resolve("pg_ident.conf"), "");
    }

    /**
     * A server that has recovered to the end of a record, and has opened there.
     *
     * @param last   the start of that record: recovery stops after the first that starts there or later
     *               ({@code REL_17 xlogrecovery.c recoveryStopsAfter})
     * @param target does not exist
     */
    PlainCluster to(Lsn last, Path target, List<String> settings) throws Exception {
        keep(base, target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
        Files.createFile(target.resolve("recovery.signal"));
        PlainCluster cluster = PlainCluster.at(target, postgres).configure(settings.stream()
                .map(setting -> setting.replaceFirst("=(.*)", " = '$1'")).toArray(String[]::new))
                .configure("restore_command = 'cp \"" + archive + "/%f\" \"%p\"'", "recovery_target_lsn = '" + last + "'",
                        "recovery_target_inclusive = on", "recovery_target_action = promote", "fsync = off");
        cluster.start();
        awaitPromotion(cluster);
        return cluster;
    }

    /** A hot standby accepts sessions before it is there. */
    private static void awaitPromotion(PlainCluster cluster) throws Exception {
        while (cluster.query("SELECT pg_is_in_recovery()").getFirst().equals("t")) {
            Thread.sleep(20);
        }
    }
}
