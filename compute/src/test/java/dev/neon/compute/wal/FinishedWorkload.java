package dev.neon.compute.wal;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A cluster on which {@link WalWorkload} was run, but for its part at {@code wal_level=minimal}, and then shut down. Made
 * once for each major in a JVM, for tests that only read it; it goes when the JVM ends.
 *
 * @param before the data directory before the first record, configured as the server was
 * @param data   the data directory after the last
 * @param first  the start of the first record
 */
public record FinishedWorkload(int major, Path before, Path data, Lsn first) {
    private static final DurableFiles FILES = new DurableFiles(new NioFileSteps());
    private static final Map<Integer, FinishedWorkload> MADE = new TreeMap<>();

    public static synchronized FinishedWorkload of(int major) {
        return MADE.computeIfAbsent(major, FinishedWorkload::make);
    }

    private static FinishedWorkload make(int major) {
        try {
            Path home = Files.createTempDirectory("neon-workload-" + major + "-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> FILES.deleteTree(home)));
            Path before = home.resolve("before");
            try (WalWorkload workload = WalWorkload.runLogged(home, TestPostgres.major(major),
                    data -> FILES.copyTree(data, before, path -> true))) {
                workload.cluster().stop();
                Files.copy(workload.data().resolve("postgresql.conf"), before.resolve("postgresql.conf"),
                        StandardCopyOption.REPLACE_EXISTING);
                return new FinishedWorkload(major, before, workload.data(), workload.first());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException("the workload has failed on PostgreSQL " + major, e);
        }
    }

    public WalSource wal() {
        return WalSource.of(ControlFile.read(data.resolve("global/pg_control")).identity(), data.resolve("pg_wal"));
    }

    /** A copy of {@link #data}, for a server. */
    PlainCluster copy(Path target) throws IOException {
        FILES.copyTree(data, target, path -> true);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
        return PlainCluster.at(target, TestPostgres.major(major));
    }
}
