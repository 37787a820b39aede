package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not as they were written: the message names the file, nothing is changed, no data is lost. */
class DamagedRepositoryTest {
    private static final int PAGE = 8192;

    @TempDir
    static Path directory;

    private static CommandLine neon;
    private static Path repository;
    private static Path timeline;

    @BeforeAll
    static void makeARepository() throws IOException {
        neon = new CommandLine(directory);
        neon.ok("init");
        repository = neon.repository();
        timeline = repository.resolve("timelines").resolve(neon.ok("rev-parse", "--timeline", "main"));
        neon.ok("start", "main");
        Sql.run(neon, "main", "CREATE TABLE t (a text)", "INSERT INTO t SELECT repeat('x', 500) || g FROM"
                + " generate_series(1, 1000) g");
        neon.ok("stop", "main");
        neon.ok("branch", "side");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    @Test
    void refs() throws IOException {
        damaged(repository.resolve("refs/branches/side"), text("rubbish\n"), "start side", "rev-parse side",
                "branch x side");
        damaged(repository.resolve("refs/branches/side"), text(""), "rev-parse side");
        damaged(repository.resolve("HEAD"), text("rubbish\n"), "status", "start", "rev-parse HEAD");
    }

    @Test
    void configuration() throws IOException {
        damaged(repository.resolve("config"), text("[core\nrepositoryFormatVersion = 1\n"), "status", "branch x",
                "config set postgres.user me", "start");
    }

    @Test
    void history() throws IOException {
        damaged(timeline.resolve("history"), text("rubbish\n"), "status", "start main", "branch x main");
    }

    @Test
    void filesOfASnapshot() throws IOException {
        removeDataDirectories();
        for (String name : List.of("manifest", "metadata", "layer-0001")) {
            Path file = only(timeline.resolve("snapshots")).resolve(name);
            damaged(file, flipped(file, 100), "start main");
            damaged(file, text(""), "start main");
        }
    }

    @Test
    void controlFileOfADataDirectory() throws IOException {
        neon.ok("start", "main");
        neon.ok("stop", "main");
        Path control = repository.resolve("datadirs").resolve(timeline.getFileName()).resolve("global/pg_control");
        damaged(control, flipped(control, 100), "start main");
        damaged(control, text("short"), "start main");
    }

    /** A hole in the WAL must not be taken for its end: PostgreSQL would write over what comes behind. */
    @Test
    void aPageOfWal() throws IOException {
        removeDataDirectories();
        Path segment = only(timeline.resolve("wal"));
        String[] tip = neon.ok("rev-parse", "--lsn", "main").split("/");
        int end = Integer.parseInt(tip[1], 16) % (16 << 20);
        byte[] bytes = Files.readAllBytes(segment);
        int page = end / PAGE * PAGE - 20 * PAGE;
        for (int i = page + 100; i < page + 200; i++) {
            bytes[i] ^= 0x5a;
        }
        byte[] good = Files.readAllBytes(segment);
        Files.write(segment, bytes);
        try {
            var started = neon.run("start", "main");
            CommandLine.requireMessage(ExitCode.CORRUPT, started, "start", "main");
            assertTrue(started.err().contains(segment.toString()), started.err());
            assertTrue(Files.mismatch(segment, Files.write(directory.resolve("copy"), bytes)) == -1,
                    "the rest of the WAL is as it was");
        } finally {
            neon.run("stop", "main");
            Files.write(segment, good);
        }
        neon.ok("start", "main");
        assertEquals("1000", Sql.query(neon, "main", "SELECT count(*) FROM t"));
        neon.ok("stop", "main");
    }

    private static void damaged(Path file, byte[] content, String... commandLines) throws IOException {
        byte[] good = Files.readAllBytes(file);
        Files.write(file, content);
        try {
            for (String line : commandLines) {
                String message = neon.fails(ExitCode.CORRUPT, line.split(" "));
                assertTrue(message.contains(file.getFileName().toString()), message);
            }
        } finally {
            Files.write(file, good);
        }
        assertEquals("main", neon.ok("rev-parse", "--abbrev-ref", "HEAD"));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] flipped(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        return bytes;
    }

    private static void removeDataDirectories() {
        new DurableFiles(new NioFileSteps()).deleteTree(repository.resolve("datadirs"));
    }

    private static Path only(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> found = entries.filter(path -> path.getFileName().toString().length() > 15).sorted().toList();
            return found.getFirst();
        }
    }
}
