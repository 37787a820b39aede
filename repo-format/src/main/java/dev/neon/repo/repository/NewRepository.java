package dev.neon.repo.repository;

import dev.neon.repo.RepositoryId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What a repository holds before its first timeline. */
final class NewRepository {
    private static final List<String> DIRECTORIES =
            List.of("refs", "refs/branches", "refs/tags", "refs/remotes", "logs", "leases", "timelines");

    private NewRepository() {}

    /** Writes the frame of a repository; not synced. */
    static void layOut(DurableFiles files, Path directory, int formatVersion) {
        String config = """
                [core]
                \trepositoryFormatVersion = %d
                \trepositoryId = %s
                """.formatted(formatVersion, RepositoryId.random());
        try {
            files.steps().createDirectory(directory);
            for (String name : DIRECTORIES) {
                files.steps().createDirectory(directory.resolve(name));
            }
            files.steps().create(directory.resolve("config"), config.getBytes(StandardCharsets.UTF_8));
            files.steps().create(directory.resolve("HEAD"),
                    "ref: refs/branches/main\n".getBytes(StandardCharsets.UTF_8));
            files.steps().create(directory.resolve(PlaceMark.FILE), PlaceMark.of(directory).bytes());
            new Reserve(files, directory.resolve("run")).keep();
        } catch (IOException failure) {
            throw new StorageFailedException("create", directory, failure);
        }
    }

    /** An id for a repository that has none: the same as long as it stays where it is. */
    static RepositoryId idOfPath(Path directory) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(directory.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
            return new RepositoryId(HexFormat.of().formatHex(digest, 0, 16));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
