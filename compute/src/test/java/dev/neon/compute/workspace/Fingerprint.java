package dev.neon.compute.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a directory holds, to show that it is left as it was: kind, mode, time and content of all below it. */
final class Fingerprint {
    private Fingerprint() {}

    static SortedMap<String, String> of(Path directory) throws IOException {
        SortedMap<String, String> entries = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.forEach(path -> entries.put(directory.relativize(path).toString(), describe(path)));
        }
        return entries;
    }

    private static String describe(Path path) {
        try {
            String mode = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS) + " "
                    + Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS) + " ";
            if (Files.isSymbolicLink(path)) {
                return mode + "-> " + Files.readSymbolicLink(path);
            }
            return Files.isDirectory(path) ? mode + "directory" : mode + HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
