package dev.neon.repo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryConfigTest {
    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("config");
    }

    private RepositoryConfig config(String text) throws IOException {
        Files.writeString(file, text);
        return new RepositoryConfig(file, new DurableFiles(new NioFileSteps()), ProcessIdentity.current());
    }

    @Test
    void readsGitSyntax() throws IOException {
        RepositoryConfig config = config("""
                [core]
                \trepositoryFormatVersion = 1
                [remote "ori.gin"] ; with a dot
                \turl = ssh://host/db
                \tfetch = a
                \tfetch = b
                [gc]
                \tpitrInterval = 7d
                \thorizon = 1GB
                \tauto = yes
                """);
        assertEquals(1, config.getInt("core.repositoryformatversion", 0));
        assertEquals(Optional.of("ssh://host/db"), config.get("remote.ori.gin.url"));
        assertEquals(List.of("a", "b"), config.getAll("remote.ori.gin.fetch"));
        assertEquals(Optional.of("b"), config.get("remote.ori.gin.fetch"));
        assertEquals(Optional.of(Duration.ofDays(7)), config.getDuration("gc.pitrInterval"));
        assertEquals(Optional.of(1L << 30), config.getBytes("gc.horizon"));
        assertTrue(config.getBoolean("gc.auto", false));
        assertEquals(Optional.empty(), config.get("no.such"));
        assertEquals(7, config.list().size());
        assertTrue(config.list().contains(new RepositoryConfig.Entry("remote.ori.gin.url", "ssh://host/db")));
    }

    @Test
    void changesKeepComments() throws IOException {
        RepositoryConfig config = config("# ours\n[gc]\n\tauto = no ; for now\n");
        config.set("postgres.binDir", "/opt/pg 18/bin");
        config.set("gc.auto", "yes");
        config.unset("gc.absent");
        String text = Files.readString(file);
        assertTrue(text.startsWith("# ours\n[gc]\n"), text);
        assertEquals(Optional.of("/opt/pg 18/bin"), config.get("postgres.binDir"));
        assertEquals(Optional.of("yes"), config(text).get("gc.auto"));
    }

    @Test
    void changesStandOnTheFileAsItIsNow() throws IOException {
        RepositoryConfig config = config("");
        Files.writeString(file, "[gc]\n\tauto = no\n");
        config.set("postgres.port", "1");
        assertEquals(Optional.of("no"), config.get("gc.auto"));
    }

    @Test
    void aDamagedLineIsNamed() {
        CorruptFileException damaged = assertThrows(CorruptFileException.class,
                () -> config("[core]\n\ta = 1\n[gc\n\tb = 2\n"));
        assertEquals(14, damaged.offset());
        assertEquals(Optional.of("Correct line 3 of the file."), damaged.hint());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "core", ".name", "core.", "core.na me", "co_re.name", "core.1a", "a.b\nc.d"})
    void keysThatAreNone(String key) throws IOException {
        RepositoryConfig config = config("");
        assertThrows(InvalidInputException.class, () -> config.get(key));
        assertThrows(InvalidInputException.class, () -> config.set(key, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7x", "-1GB", "GB", "99999999999TB"})
    void sizesAndTimesThatAreNone(String value) throws IOException {
        RepositoryConfig config = config("[a]\n\tb = " + value + "\n");
        assertThrows(InvalidInputException.class, () -> config.getBytes("a.b"));
        assertThrows(InvalidInputException.class, () -> config.getDuration("a.b"));
        assertThrows(InvalidInputException.class, () -> config.getInt("a.b", 1));
        assertThrows(InvalidInputException.class, () -> config.getBoolean("a.b", true));
    }
}
