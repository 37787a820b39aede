package dev.neon.compute.binaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresArchiveTest {
    @TempDir
    Path temp;

    private Path target;

    @BeforeEach
    void createTarget() throws IOException {
        target = Files.createDirectory(temp.resolve("target"));
    }

    @Test
    void keepsLinksAndExecutableFiles() throws IOException {
        Path file = TestArchive.postgres("18.6")
                .hardLink("bin/postmaster", "bin/postgres")
                .link("lib/deep/share", "../../share")
                .jar(temp.resolve("a.jar"));

        PostgresArchive.unpack(file, target);

        assertTrue(Files.isExecutable(target.resolve("bin/postgres")));
        assertFalse(target.resolve("share/postgres.bki").toFile().canExecute());
        assertEquals(Path.of("libpq.so.5"), Files.readSymbolicLink(target.resolve("lib/libpq.so")));
        assertTrue(Files.isSameFile(target.resolve("bin/postgres"), target.resolve("bin/postmaster")));
        assertEquals("# PostgreSQL\n", Files.readString(target.resolve("lib/deep/share/postgres.bki")));
    }

    @Test
    void refusesWhatLeadsOut() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        refused("'../outside/x' leads out", new TestArchive().file("../outside/x", 0644, "x"));
        refused("leads out", new TestArchive().file(outside.resolve("x").toString(), 0644, "x"));
        refused("'l' leads out", new TestArchive().link("l", "../outside"));
        refused("'l' leads out", new TestArchive().link("l", outside.toString()));
        refused("'h' leads out", new TestArchive().hardLink("h", "../outside/x"));
        // lexically inside, but through a link that leads somewhere else
        refused("leads out", new TestArchive().file("a/b/f", 0644, "")
                .link("a/b/up", "../..").link("a/b/l", "up/../outside").file("a/b/l/x", 0644, "x"));
        refused("is neither file, directory nor link", new TestArchive().device("bin/null"));

        try (Stream<Path> left = Files.list(outside)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void refusesWhatIsNoArchive() throws IOException {
        Path garbage = Files.writeString(temp.resolve("garbage.txz"), "garbage");
        assertRefused("it is not compressed with xz", garbage);
        assertRefused("it is not a jar", Files.writeString(temp.resolve("garbage.jar"), "garbage"));
        assertRefused("it is not compressed with xz", Files.createFile(temp.resolve("empty.txz")));
    }

    @Test
    void refusesAnArchiveCutShort() throws IOException {
        TestArchive large = TestArchive.postgres("18.6");
        StringBuilder noise = new StringBuilder();
        new Random(1).ints(20_000).forEach(noise::append);
        byte[] whole = large.file("share/large", 0644, noise.toString()).bytes();
        for (int length : new int[] {20, 200, whole.length / 2, whole.length - 100}) {
            Path cut = Files.write(temp.resolve("cut.txz"), Arrays.copyOf(whole, length));
            assertRefused("it is damaged or cut short", cut);
        }
    }

    private void refused(String reason, TestArchive archive) throws IOException {
        assertRefused(reason, archive.txz(temp.resolve("archive.txz")));
    }

    private void assertRefused(String reason, Path file) throws IOException {
        FileTree.delete(target);
        createTarget();
        var refused = assertThrows(InvalidInputException.class, () -> PostgresArchive.unpack(file, target));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }
}
