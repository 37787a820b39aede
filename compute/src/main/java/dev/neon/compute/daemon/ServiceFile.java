package dev.neon.compute.daemon;

import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What has the user's service manager run the page server: a file in the place where that looks.
 *
 * @param path    where
 * @param text    what it holds; {@link #MARK} is in it
 * @param enable  commands for the user's shell that have it started, now and in future
 * @param renew   commands that have it started anew, when the file has changed
 * @param disable commands that undo them
 * @param remark  what the user has to know of how long it runs
 */
public record ServiceFile(Path path, String text, List<String> enable, List<String> renew, List<String> disable, String remark) {
    /** Tells our files from those of others. */
    static final String MARK = "Made by 'neon pageserver install'";

    /** launchd refuses a file that others may write, which a umask may let them. */
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r--r--");

    /** What {@link #write} has done. */
    public enum Written { NEW, CHANGED, NOTHING }

    /**
     * Writes it, unless it is there.
     *
     * @throws ConflictException if somebody else's file is there
     */
    public Written write() {
        Optional<String> present = present();
        if (present.equals(Optional.of(text))) {
            return Written.NOTHING;
        }
        requireOurs(present);
        try {
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            if (Files.getFileAttributeView(path, PosixFileAttributeView.class) != null) {
                Files.setPosixFilePermissions(path, MODE);
            }
            return present.isPresent() ? Written.CHANGED : Written.NEW;
        } catch (IOException failure) {
            throw new StorageFailedException("write", path, failure);
        }
    }

    /**
     * Removes it.
     *
     * @return whether it was there
     * @throws ConflictException if it is somebody else's
     */
    public boolean remove() {
        Optional<String> present = present();
        requireOurs(present);
        try {
            return Files.deleteIfExists(path);
        } catch (IOException failure) {
            throw new StorageFailedException("remove", path, failure);
        }
    }

    private Optional<String> present() {
        try {
            return Optional.of(Files.readString(path));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new StorageFailedException("read", path, failure);
        }
    }

    private void requireOurs(Optional<String> present) {
        if (present.isPresent() && !present.get().contains(MARK)) {
            throw new ConflictException("'" + path + "' is not made by neon", "Move it away, and try again.");
        }
    }
}
