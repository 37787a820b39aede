package dev.neon.repo.repository;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tells a repository from its copies: the file {@code place} says which directory the repository is in, as the file system
 * knows it, and in a copy that is another one. A directory that is moved stays the same, and none can have two names.
 * <pre>
 * inode 1234567                  "-" where the file system has none
 * born 1764300000123456789       nanoseconds since 1970; "-" where the file system does not tell
 * </pre>
 * Devices are left out, since their numbers change when a machine starts.
 */
public record PlaceMark(String inode, String born) {
    static final String FILE = "place";
    private static final String UNKNOWN = "-";

    /** Of a directory as it is. @throws StorageFailedException if it cannot be told, since it is not there for example */
    public static PlaceMark of(Path directory) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(directory, BasicFileAttributes.class);
            // Where there is no time of birth, Java gives that of the last change.
            boolean isKnown = !attributes.creationTime().equals(attributes.lastModifiedTime());
            return new PlaceMark(inode(directory, attributes),
                    isKnown ? Long.toString(attributes.creationTime().to(TimeUnit.NANOSECONDS)) : UNKNOWN);
        } catch (IOException failure) {
            throw new StorageFailedException("read", directory, failure);
        }
    }

    private static String inode(Path directory, BasicFileAttributes attributes) throws IOException {
        try {
            return Files.getAttribute(directory, "unix:ino").toString();
        } catch (UnsupportedOperationException | IllegalArgumentException other) {
            Object key = attributes.fileKey();
            return key == null ? UNKNOWN : key.toString().replaceAll("\\s", "");
        }
    }

    /** The one that a repository has; empty if it has none that can be read. */
    static Optional<PlaceMark> read(Path repository) {
        try {
            String[] words = Files.readString(repository.resolve(FILE)).split("\\s+");
            return words.length == 4 && words[0].equals("inode") && words[2].equals("born")
                    ? Optional.of(new PlaceMark(words[1], words[3])) : Optional.of(new PlaceMark(UNKNOWN, "damaged"));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new StorageFailedException("read", repository.resolve(FILE), failure);
        }
    }

    /** Reads {@link #toString}; empty if it is anything else. */
    public static Optional<PlaceMark> parse(String text) {
        String[] words = text.split(" ");
        return words.length == 2 ? Optional.of(new PlaceMark(words[0], words[1])) : Optional.empty();
    }

    /** {@code <inode> <born>}. */
    @Override
    public String toString() {
        return inode + ' ' + born;
    }

    /** Whether this was written of a directory. What one of the two does not know says nothing. */
    public boolean isOf(PlaceMark directory) {
        return inode.equals(directory.inode) && (born.equals(UNKNOWN) || directory.born.equals(UNKNOWN) || born.equals(directory.born));
    }

    byte[] bytes() {
        return ("inode " + inode + "\nborn " + born + '\n').getBytes(StandardCharsets.US_ASCII);
    }

    void write(DurableFiles files, Path repository) {
        files.replace(repository.resolve(FILE), bytes());
    }
}
