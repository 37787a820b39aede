package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup comes from somebody else: its tar may hold anything. */
class BackupTarTest {
    @TempDir
    Path temp;

    private interface Content {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    @Test
    void keepsHardLinks() throws IOException {
        Path target = unpack(tar -> {
            file(tar, "PG_VERSION");
            link(tar, "again", TarConstants.LF_LINK, "PG_VERSION");
        });

        assertEquals("PG_VERSION", Files.readString(target.resolve("again")));
    }

    @Test
    void writesNothingThroughALink() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        refused(tar -> {
            link(tar, "esc", TarConstants.LF_SYMLINK, outside.toString());
            file(tar, "esc/pwn");
        });
        refused(tar -> {
            link(tar, "esc", TarConstants.LF_SYMLINK, "../outside");
            file(tar, "esc/pwn");
        });
        // Each link looks as if it stayed inside.
        refused(tar -> {
            link(tar, "a/b/up", TarConstants.LF_SYMLINK, "../..");
            link(tar, "esc", TarConstants.LF_SYMLINK, "a/b/up/../outside");
            file(tar, "esc/deep/pwn");
        });
        refused(tar -> {
            link(tar, "a/b/up", TarConstants.LF_SYMLINK, "../..");
            link(tar, "esc", TarConstants.LF_SYMLINK, "a/b/up/../outside");
            file(tar, "PG_VERSION");
        });

        try (Stream<Path> written = Files.list(outside)) {
            assertEquals(0, written.count());
        }
    }

    @Test
    void linksNoFileOfOthers() throws IOException {
        Files.writeString(temp.resolve("secret"), "secret");
        refused(tar -> link(tar, "PG_VERSION", TarConstants.LF_LINK, "../secret"));
        refused(tar -> {
            link(tar, "a/b/up", TarConstants.LF_SYMLINK, "../..");
            link(tar, "PG_VERSION", TarConstants.LF_LINK, "a/b/up/../secret");
        });
        refused(tar -> link(tar, "PG_VERSION", TarConstants.LF_LINK, "missing"));
    }

    private void refused(Content content) {
        var refusal = assertThrows(InvalidInputException.class, () -> unpack(content));
        assertTrue(refusal.getMessage().contains("leads out") || refusal.getMessage().contains("not there"),
                refusal.getMessage());
    }

    private Path unpack(Content content) throws IOException {
        Path archive = temp.resolve("base.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
            content.write(tar);
        }
        Path target = Files.createTempDirectory(temp, "target");
        BackupTar.unpack(archive, target);
        return target;
    }

    private static void file(TarArchiveOutputStream tar, String name) throws IOException {
        byte[] content = name.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, byte kind, String to) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(to);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }
}
