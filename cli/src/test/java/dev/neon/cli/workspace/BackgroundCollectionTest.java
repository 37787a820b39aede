package dev.neon.cli.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.Main;
import dev.neon.cli.command.Sql;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.TestJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A {@code neon stop} starts a collection that goes on when it has ended, as a process of its own. */
class BackgroundCollectionTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private CommandLine neon;
    private Path log;

    /** An installation whose launcher starts the classes of this test run. */
    @BeforeEach
    void install() throws IOException {
        Path home = Files.createDirectory(directory.resolve("home"));
        Files.createSymbolicLink(home.resolve("dist"), TestPostgres.jars().getParent());
        List<String> java = TestJvm.command(System.getProperty("java.class.path"), Main.class);
        // In a file, so that the command line is short enough to be seen whole.
        Path words = Files.write(home.resolve("words"), java.stream().skip(1).map(word -> '"' + word + '"').toList());
        Path launcher = Files.writeString(home.resolve("neon"),
                "#!/bin/sh\nexec '" + java.getFirst() + "' '@" + words + "' \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        neon = new CommandLine(Files.createDirectory(directory.resolve("work")), home);
        neon.ok("init");
        neon.ok("config", "set", "gc.reflogExpire", "0s");
        neon.ok("start");
        log = neon.repository().resolve("logs/gc.log");
    }

    @AfterEach
    void stopServers() throws IOException {
        neon.close();
        Files.delete(directory.resolve("home/dist"));
    }

    /** As if the last one had begun then. */
    private void setLast(Duration ago) throws IOException {
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minus(ago)));
    }

    /** Until the collection has said something, and ended. */
    private void waitFor(String said) throws Exception {
        Instant end = Instant.now().plus(LONGEST);
        while (!Files.readString(log).contains(said)) {
            assertTrue(Instant.now().isBefore(end), () -> "'" + said + "' was not said; " + running());
            Thread.sleep(20);
        }
        while (!running().isEmpty()) {
            assertTrue(Instant.now().isBefore(end), () -> running().toString());
            Thread.sleep(20);
        }
    }

    /** Collections that were started here and have not ended. */
    private static List<String> running() {
        return ProcessHandle.current().children().flatMap(child -> child.info().commandLine().stream())
                .filter(line -> line.endsWith(" gc --auto")).toList();
    }

    /** Once a day, and what nobody needs goes. */
    @Test
    void onceADay() throws Exception {
        neon.ok("branch", "dropped");
        String timeline = neon.ok("rev-parse", "--timeline", "dropped");
        neon.ok("branch", "-D", "dropped");
        assertTrue(Files.exists(log), "the time runs from the first start on");
        setLast(Duration.ofHours(25));
        neon.ok("stop");
        waitFor("moved 1 timeline");
        assertTrue(Files.notExists(neon.repository().resolve("timelines").resolve(timeline)));
        List<String> said = Files.readAllLines(log);
        neon.ok("start");
        assertEquals(List.of(), running(), "not again on the same day");
        neon.ok("stop");
        assertEquals(List.of(), running(), "not again on the same day");
        assertEquals(said, Files.readAllLines(log));
    }

    @Test
    void whereASnapshotIsDue() throws Exception {
        neon.ok("config", "set", "snapshot.distance", "16MB");
        Sql.run(neon, "main", "create table t as select g as a, repeat('x', 400) as b from generate_series(1, 100000) g");
        setLast(Duration.ofMinutes(11));
        neon.ok("stop");
        waitFor("made a snapshot of main");
        waitFor("nothing to remove");
        neon.ok("fsck");
    }

    @Test
    void anErrorIsToldTheNextTime() throws Exception {
        neon.ok("config", "set", "gc.horizon", "much");
        setLast(Duration.ofHours(25));
        neon.ok("stop");
        waitFor("error: ");
        neon.ok("config", "unset", "gc.horizon");
        assertEquals("", warning("start"), "not due");
        setLast(Duration.ofHours(25));
        assertTrue(warning("stop").contains("the last 'neon gc' in the background failed: "));
        waitFor("nothing to remove");
    }

    private String warning(String command) {
        return neon.run(command).err().lines().filter(line -> line.startsWith("warning: ")).collect(Collectors.joining());
    }
}
