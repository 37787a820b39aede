package dev.neon.repo.error;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** What can be done where the system does not let us use a file: it may be the file, or the directory that it is in. */
final class PermissionAdvice {
    private static final String GENERAL = "Run as the user that owns the repository.";

    private PermissionAdvice() {}

    static String of(Path path) {
        Optional<Path> refused = refused(path);
        if (refused.isEmpty()) {
            return GENERAL;
        }
        try {
            Path it = refused.get();
            if (Files.getAttribute(it, "unix:uid").equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                return "It is yours, but its mode forbids it: 'chmod u+rwX " + it + "' changes that.";
            }
            String owner = Files.getOwner(it).getName();
            return "'" + it + "' belongs to " + owner + ": run neon as that user, for example with 'sudo -u " + owner + "'.";
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return GENERAL;
        }
    }

    /** The path, or the nearest directory above it that is there, whichever may not be written or read. */
    private static Optional<Path> refused(Path path) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isUsable(path)) {
            return Optional.of(path);
        }
        Path above = path.toAbsolutePath().getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return Optional.ofNullable(above).filter(directory -> !isUsable(directory));
    }

    private static boolean isUsable(Path path) {
        return Files.isReadable(path) && Files.isWritable(path);
    }
}
