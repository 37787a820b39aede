package dev.neon.repo.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.Optional;

/** The file system refused: full, read-only, not permitted, or an I/O error. */
public final class StorageFailedException extends NeonException {
    private final Path path;

    /**
     * @param doing what was tried, as the words after "unable to": {@code "write"}, {@code "read"}
     * @param path  the file or directory it was tried on
     */
    public StorageFailedException(String doing, Path path, Exception cause) {
        super("unable to " + doing + " '" + path + "': " + reason(cause), advice(path, cause), cause);
        this.path = path;
    }

    public Path path() {
        return path;
    }

    /** The operating system's words for the failure, without the path that Java puts before them. */
    public static String reason(Exception cause) {
        return switch (cause) {
            case AccessDeniedException denied -> "permission denied";
            case ReadOnlyFileSystemException readOnly -> "read-only file system";
            case NoSuchFileException missing -> "no such file or directory";
            case FileAlreadyExistsException taken -> "file exists";
            case DirectoryNotEmptyException filled -> "directory not empty";
            case FileSystemException failed when failed.getReason() != null ->
                    failed.getReason().toLowerCase(Locale.ROOT);
            case IOException failed when failed.getMessage() != null -> failed.getMessage().toLowerCase(Locale.ROOT);
            default -> cause.getClass().getSimpleName();
        };
    }

    /** What can be done about a failure at a path. */
    public static Optional<String> advice(Path path, Exception cause) {
        String reason = reason(cause);
        if (reason.contains("no space left") || reason.contains("quota")) {
            return Optional.of("The disk is full. Free some space and run the command again; nothing was changed.");
        }
        if (reason.contains("read-only")) {
            return Optional.of("The file system is mounted read-only; nothing was changed.");
        }
        if (reason.contains("permission denied")) {
            return Optional.of(PermissionAdvice.of(path));
        }
        return Optional.empty();
    }
}
