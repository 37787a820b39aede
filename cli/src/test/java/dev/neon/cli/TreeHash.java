package dev.neon.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What a repository consists of: each path with its content's checksum. {@code run/}, {@code fsck/} and data
 * directories are left out, since they are disposable, and the mark of where the repository is. No server may run meanwhile, as it would write WAL.
 */
public record TreeHash(Map<String, String> entries) {
    /** Of a repository, which may be missing. */
    public static TreeHash of(Path repository) {
        Map<String, String> entries = new HashMap<>();
        if (!Files.exists(repository, LinkOption.NOFOLLOW_LINKS)) {
            return new TreeHash(entries);
        }
        try (Stream<Path> paths = Files.walk(repository)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name = repository.relativize(path).toString();
                if (!name.startsWith("run") && !name.startsWith("datadirs") && !name.startsWith("fsck") && !name.equals("place")) {
                    entries.put(name, content(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TreeHash(entries);
    }

    private static String content(Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return "not a file";
        }
        CRC32C checksum = new CRC32C();
        try {
            checksum.update(Files.readAllBytes(path));
        } catch (NoSuchFileException gone) {
            return "gone";
        }
        return Long.toHexString(checksum.getValue());
    }
}
