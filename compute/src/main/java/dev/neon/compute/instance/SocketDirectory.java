package dev.neon.compute.instance;

import dev.neon.compute.process.Host;
import dev.neon.compute.process.ServerUser;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;

/** Where the sockets are: {@code run/}, or a short place below {@code /tmp} when the path would be too long. */
final class SocketDirectory {
    private SocketDirectory() {}

    static Path of(Repository repository, int port, Host host, ServerUser user) {
        Path run = repository.runDirectory().toAbsolutePath();
        repository.files().createDirectories(run);
        Path directory = fits(run, port, host) ? run : substitute(run);
        user.own(directory);
        return directory;
    }

    /** Removes the socket of a server that died without doing so, unless another has taken its port since. */
    static void removeLeftovers(Instance dead) {
        try {
            if (isOf(dead)) {
                Files.deleteIfExists(dead.socket());
                Files.deleteIfExists(lock(dead));
            }
        } catch (IOException e) {
            throw new StorageFailedException("remove", lock(dead), e);
        }
    }

    /**
     * Whether the socket of its port is the server's own: of two that start at once on one port, the loser sees the
     * winner's until it gives up ({@code REL_17 miscinit.c CreateSocketLockFile} writes the owner's pid).
     */
    static boolean isOf(Instance instance) {
        try {
            return Files.readString(lock(instance)).lines().findFirst()
                    .equals(Optional.of(Long.toString(instance.pid())));
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException e) {
            throw new StorageFailedException("read", lock(instance), e);
        }
    }

    private static Path lock(Instance instance) {
        return instance.socketDirectory().resolve(instance.socket().getFileName() + ".lock");
    }

    private static boolean fits(Path directory, int port, Host host) {
        // PostgreSQL adds ".lock" to the name for its lock file.
        return (directory + "/.s.PGSQL." + port + ".lock").getBytes(StandardCharsets.UTF_8).length
                <= host.socketPathLimit();
    }

    /** The name can be foreseen, so somebody else may have made the directory to get hold of the socket. */
    private static void requirePrivate(Path directory) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean others = attributes.permissions().stream().anyMatch(granted -> !granted.name().startsWith("OWNER"));
        boolean ours = Host.current().isRoot()
                || attributes.owner().getName().equals(System.getProperty("user.name"));
        if (!attributes.isDirectory() || others || !ours) {
            throw new BusyException("'" + directory + "' is not a directory of ours alone",
                    "Somebody else made it. Remove it, or move the repository to a shorter path.");
        }
    }

    private static Path substitute(Path run) {
        UUID name = UUID.nameUUIDFromBytes(run.toString().getBytes(StandardCharsets.UTF_8));
        Path directory = Path.of("/tmp", "neon-" + name);
        try {
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(directory,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            requirePrivate(directory);
            return directory;
        } catch (IOException e) {
            throw new StorageFailedException("create", directory, e);
        }
    }
}
