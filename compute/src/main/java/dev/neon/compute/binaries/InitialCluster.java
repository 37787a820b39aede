package dev.neon.compute.binaries;

import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.process.ServerUser;
import dev.neon.postgres.ClusterStamp;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes fresh clusters. initdb takes a second or more, so its result is kept for each version of PostgreSQL in the
 * user's cache ({@code templates/<key>/}) and copied; every copy gets an identity of its own.
 *
 * <p>A cluster has UTF-8 databases, data checksums, 16 MiB WAL segments and a superuser {@code postgres} without a
 * password. Text sorts by code point, whatever the machine's C library: an index must mean the same wherever the
 * repository is cloned. From 17 on that is the builtin locale C.UTF-8, which also knows letters beyond ASCII; before,
 * it is C.
 */
public final class InitialCluster {
    private static final Duration INITDB = Duration.ofMinutes(5);
    private static final int SEGMENT_SIZE = 16 << 20;
    /** PostgreSQL takes nothing wider but 0750 (REL_18 miscinit.c checkDataDir). */
    private static final String OWNER_ONLY = "rwx------";
    /** Part of a template's name: to be raised when anything changes in how a template is made. */
    private static final String RECIPE = "1";

    private final DirectoryCache templates;
    private final ServerUser user;

    /**
     * @param cacheDir the user's cache; created when first needed
     * @param user     who will own the clusters
     */
    public InitialCluster(Path cacheDir, ServerUser user) {
        this.templates = new DirectoryCache(cacheDir.toAbsolutePath().resolve("templates"));
        this.user = user;
    }

    /**
     * Makes a cluster that was shut down cleanly. Nothing is fsynced; on failure nothing is left.
     *
     * @param target its data directory, with {@code pg_wal} inside: missing, in a directory that exists, or empty
     * @throws AlreadyExistsException if something is in it
     * @throws dev.neon.repo.error.PostgresFailedException if initdb fails
     */
    public ClusterIdentity create(PostgresBinaries postgres, Path target) {
        try {
            if (Files.exists(target) && !isEmpty(target)) {
                throw new AlreadyExistsException("'" + target + "' is not empty", "Name a new directory.");
            }
            Path template = templates.obtain(key(postgres), incoming -> make(postgres, incoming));
            Files.createDirectories(target);
            try {
                return copy(template, postgres.major(), target);
            } catch (IOException | RuntimeException e) {
                FileTree.delete(target);
                throw e;
            }
        } catch (IOException e) {
            throw new StorageFailedException("create a cluster in", target, e);
        }
    }

    /** Configuration files for a cluster that comes without, as Debian's do: loopback may connect without a password. */
    public static Map<String, byte[]> defaultSettings() {
        return ClusterConfiguration.defaults();
    }

    private ClusterIdentity copy(Path template, int major, Path target) throws IOException {
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(OWNER_ONLY));
        FileTree.copy(template.resolve("data"), target);
        ClusterStamp stamp =
                ClusterStamp.fresh(Clock.systemUTC(), ProcessHandle.current().pid(), new SecureRandom());
        stamp.apply(target, PostgresMajor.of(major));
        user.own(target);
        return new ClusterIdentity(major, stamp.identifier(), SEGMENT_SIZE, true, 1);
    }

    /** Another PostgreSQL of the same version may have other time zones or limits, so its place is part of the name. */
    private static String key(PostgresBinaries postgres) {
        String place = Integer.toHexString(postgres.binDir().toString().hashCode());
        return postgres.version() + "-" + place + "-" + RECIPE;
    }

    private String make(PostgresBinaries postgres, Path incoming) throws IOException {
        user.requireReach(postgres.binDir());
        Path data = Files.createDirectory(incoming.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString(OWNER_ONLY));
        user.own(incoming);
        List<String> initdb = new ArrayList<>(List.of(postgres.program("initdb").toString(),
                "-D", data.toString(), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C",
                "--data-checksums", "--wal-segsize=" + (SEGMENT_SIZE >> 20), "--no-sync", "--no-instructions"));
        if (PostgresMajor.of(postgres.major()).hasBuiltinLocale()) {
            initdb.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        }
        ProgramRun.of(user.wrap(initdb), INITDB).orThrow("Check that there is space on the disk, and that '"
                + postgres.binDir() + "' is a whole installation of PostgreSQL.");
        ClusterConfiguration.shorten(data);
        return key(postgres);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }
}
