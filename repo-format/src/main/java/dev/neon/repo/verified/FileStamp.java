package dev.neon.repo.verified;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What tells, without reading it, whether a file is the one that was read. Somebody who sets the time back after a change
 * is not found out by it.
 *
 * @param bytes    its length
 * @param modified nanoseconds since 1970, as fine as the file system has them
 * @param key      the file system's name of the file, its device and inode; {@code -} where there is none; without blanks
 */
public record FileStamp(long bytes, long modified, String key) {
    private static final String NO_KEY = "-";

    /** Links are not followed; empty if there is no such file. */
    public static Optional<FileStamp> of(Path file) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Object key = attributes.fileKey();
            return Optional.of(new FileStamp(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                    key == null ? NO_KEY : key.toString().replaceAll("\\s", "")));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    /** Whether the file was last changed before a moment. */
    public boolean isOlderThan(Instant moment) {
        return modified < TimeUnit.SECONDS.toNanos(moment.getEpochSecond()) + moment.getNano();
    }
}
