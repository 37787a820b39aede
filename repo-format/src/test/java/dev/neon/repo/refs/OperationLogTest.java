package dev.neon.repo.refs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationLogTest {
    private static final String LINES =
            "00000000000000aa\t2026-11-21T07:35:31Z\theikki\tbranch x main\trefs/branches/x\t-\tabc\n"
            + "00000000000000bb\t2026-11-21T07:35:32Z\theikki\ttag -m 'a\\tb'\trefs/tags/t\t-\tabc 0/1\\nmessage: a\n"
            + "00000000000000bb\t2026-11-21T07:35:32Z\theikki\ttag -m 'a\\tb'\trefs/branches/x\tabc\t-\n";
    private static final Operation FIRST = new Operation("00000000000000aa", Instant.parse("2026-11-21T07:35:31Z"),
            "heikki", "branch x main",
            List.of(new RefChange(RefName.branch("x"), Optional.empty(), Optional.of("abc"))));
    private static final Operation SECOND = new Operation("00000000000000bb", Instant.parse("2026-11-21T07:35:32Z"),
            "heikki", "tag -m 'a\tb'", List.of(
                    new RefChange(RefName.tag("t"), Optional.empty(), Optional.of("abc 0/1\nmessage: a")),
                    new RefChange(RefName.branch("x"), Optional.of("abc"), Optional.empty())));

    @TempDir Path neon;
    private OperationLog log;
    private Path file;

    @BeforeEach
    void create() throws IOException {
        Files.createDirectory(neon.resolve("logs"));
        file = neon.resolve("logs/operations");
        log = new OperationLog(neon, new DurableFiles(new NioFileSteps()));
    }

    @Test
    void readsAndWritesTheseBytes() throws IOException {
        assertEquals(List.of(), log.read());
        for (Operation operation : List.of(FIRST, SECOND)) {
            log.announce(operation);
            assertEquals(Optional.of(operation), log.pending());
            assertEquals(operation, log.read().getFirst());
            log.record();
            log.record();
            log.finish();
        }
        assertEquals(LINES, Files.readString(file));
        assertEquals(List.of(SECOND, FIRST), log.read());
        assertEquals(List.of(SECOND), log.of(RefName.tag("t")));
    }

    @Test
    void aTornTailIsIgnoredAndThenCutOff() throws IOException {
        int firstLine = LINES.indexOf('\n') + 1;
        Files.writeString(file, LINES.substring(0, firstLine + 20));
        assertEquals(List.of(FIRST), log.read());
        log.announce(SECOND);
        log.record();
        log.finish();
        assertEquals(LINES, Files.readString(file));
    }

    @Test
    void damageIsNamed() throws IOException {
        int firstLine = LINES.indexOf('\n') + 1;
        Files.writeString(file, LINES.substring(0, firstLine) + "what\n");
        CorruptFileException damaged = assertThrows(CorruptFileException.class, log::read);
        assertEquals(firstLine, damaged.offset());
        Files.writeString(neon.resolve("logs/pending"), "log-length x\n");
        assertTrue(assertThrows(CorruptFileException.class, log::pending).getMessage().contains("pending"));
    }
}
