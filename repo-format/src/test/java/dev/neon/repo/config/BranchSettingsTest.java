package dev.neon.repo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.TestContext;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.refs.RefName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BranchSettingsTest {
    private static final RefName OLD = RefName.branch("feature/1.2");
    private static final RefName NEW = RefName.branch("new");

    @TempDir
    Path directory;

    private RepositoryConfig config;
    private BranchSettings settings;

    @BeforeEach
    void open() {
        config = new RepositoryConfig(directory.resolve("config"), new DurableFiles(TestContext.live().steps()),
                TestContext.live().process());
        settings = new BranchSettings(config);
    }

    @Test
    void areSetAndCleared() {
        settings.setExpires(OLD, Optional.of(TestContext.NOW));
        settings.setProtected(OLD, true);
        assertEquals(Optional.of(TestContext.NOW), settings.expires(OLD));
        assertEquals(Optional.of("2026-11-21T07:35:31Z"), config.get("branch.feature/1.2.expires"));
        assertTrue(settings.isProtected(OLD));
        settings.setExpires(OLD, Optional.empty());
        settings.setProtected(OLD, false);
        assertEquals(Optional.empty(), settings.expires(OLD));
        assertFalse(settings.isProtected(OLD));
    }

    @Test
    void goWithTheName() throws IOException {
        settings.setProtected(OLD, true);
        config.set("branch.feature/1.2.pitrInterval", "7d");
        settings.setExpires(NEW, Optional.of(TestContext.NOW));
        settings.copy(OLD, NEW);
        assertTrue(settings.isProtected(OLD));
        settings.remove(OLD);
        assertFalse(settings.isProtected(OLD));
        assertTrue(settings.isProtected(NEW));
        assertEquals(Optional.of("7d"), config.get("branch.new.pitrInterval"));
        assertEquals(Optional.empty(), settings.expires(NEW), "it was another branch's");
        String text = Files.readString(directory.resolve("config"));
        assertFalse(text.contains("feature"), text);
    }

    @Test
    void nothingIsWrittenWhereThereIsNone() {
        settings.copy(OLD, NEW);
        settings.remove(OLD);
        settings.setExpires(OLD, Optional.empty());
        settings.setProtected(OLD, false);
        assertFalse(Files.exists(directory.resolve("config")));
    }

    @Test
    void aWrongTimeIsRefused() {
        config.set("branch.new.expires", "soon");
        assertThrows(InvalidInputException.class, () -> settings.expires(NEW));
    }
}
