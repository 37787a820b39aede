package dev.neon.fsck;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.TextChecksum;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.verified.FileStamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What tells, without reading them, whether the files of a snapshot are those that were read.
 *
 * @param manifest  as {@link dev.neon.repo.verified.VerifiedSnapshot#manifest}
 * @param files     as {@link dev.neon.repo.verified.VerifiedSnapshot#files}
 * @param isSettled whether none of them was changed so lately that another change could bear the same time
 */
record SnapshotStamp(String manifest, String files, boolean isSettled) {
    /** @param settled before it files must have been changed last to count as settled */
    static SnapshotStamp of(Path directory, Instant settled) {
        MessageDigest digest = sha256();
        boolean isSettled = addTree(directory, directory, digest, settled);
        return new SnapshotStamp(manifest(directory.resolve(SnapshotManifest.NAME)),
                HexFormat.of().formatHex(digest.digest()), isSettled);
    }

    /** Whether the files are the same. */
    boolean isSameAs(SnapshotStamp other) {
        return manifest.equals(other.manifest) && files.equals(other.files);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static boolean addTree(Path root, Path directory, MessageDigest digest, Instant settled) {
        boolean isSettled = true;
        try {
            for (Path entry : Directories.list(directory)) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    isSettled &= addTree(root, entry, digest, settled);
                } else {
                    Optional<FileStamp> stamp = FileStamp.of(entry);
                    digest.update((root.relativize(entry) + "\t" + stamp + "\n").getBytes(StandardCharsets.UTF_8));
                    isSettled &= stamp.filter(file -> file.isOlderThan(settled)).isPresent();
                }
            }
            return isSettled;
        } catch (IOException failure) {
            throw new StorageFailedException("read", directory, failure);
        }
    }

    private static String manifest(Path file) {
        if (!Files.exists(file)) {
            return "-";
        }
        try {
            return TextChecksum.of(Files.readAllBytes(file));
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }
}
