package dev.neon.repo.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    private final DurableFiles files = new DurableFiles(new NioFileSteps());

    @Test
    void copiesLinksAsLinksAndLeavesOutWhatIsRefused(@TempDir Path directory) throws IOException {
        Path from = directory.resolve("from");
        Files.createDirectories(from.resolve("base/1"));
        Files.createDirectories(from.resolve("pg_wal"));
        Files.writeString(from.resolve("base/1/2"), "page");
        Files.writeString(from.resolve("pg_wal/segment"), "wal");
        Files.createSymbolicLink(from.resolve("link"), Path.of("nowhere/at/all"));
        Path to = directory.resolve("to");
        files.copyTree(from, to, relative -> !relative.equals(Path.of("pg_wal")));
        files.syncTree(to);
        assertEquals("page", Files.readString(to.resolve("base/1/2")));
        assertEquals(Path.of("nowhere/at/all"), Files.readSymbolicLink(to.resolve("link")));
        assertTrue(Files.notExists(to.resolve("pg_wal")));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(to)));
    }

    @Test
    void deletesALinkButNotWhatItLeadsTo(@TempDir Path directory) throws IOException {
        Path kept = Files.createDirectory(directory.resolve("kept"));
        Files.writeString(kept.resolve("file"), "x");
        Path doomed = Files.createDirectory(directory.resolve("doomed"));
        Files.createSymbolicLink(doomed.resolve("pg_wal"), kept);
        files.deleteTree(doomed);
        files.deleteTree(doomed);
        assertTrue(Files.notExists(doomed));
        assertTrue(Files.exists(kept.resolve("file")));
    }

    @Test
    void aFailureNamesThePathAndLeavesNothing(@TempDir Path directory) throws IOException {
        FaultyFileSteps steps = new FaultyFileSteps(directory).failAt(3);
        StorageFailedException failure = assertThrows(StorageFailedException.class,
                () -> new DurableFiles(steps).replace(directory.resolve("f"), new byte[1]));
        assertEquals("unable to write '" + directory.resolve("f") + "': input/output error", failure.getMessage());
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void lengthsAndOverwriting(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("f");
        files.steps().append(file, new byte[] {1, 2});
        files.steps().append(file, new byte[] {3});
        files.steps().setLength(file, 5);
        files.steps().overwrite(file, 1, new byte[] {9});
        assertEquals(List.of((byte) 1, (byte) 9, (byte) 3, (byte) 0, (byte) 0), bytes(file));
        files.steps().setLength(file, 1);
        assertEquals(List.of((byte) 1), bytes(file));
    }

    private static List<Byte> bytes(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        return Stream.iterate(0, i -> i < content.length, i -> i + 1).map(i -> content[i]).toList();
    }

    @Property
    void escapedTextHasNoSeparatorsAndComesBack(@ForAll String text) {
        String field = Escape.escape(text);
        assertTrue(field.chars().noneMatch(c -> c == '\n' || c == '\t' || c == '\r'));
        assertEquals(text, Escape.unescape(field));
    }
}
