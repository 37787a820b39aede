package dev.neon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, with a tree and a Java that only look like real ones. */
class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "neon");

    @TempDir
    Path directory;

    private Path java25;

    private record Outcome(int code, String text) {}

    @BeforeEach
    void makeAJava() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
        java25 = java("25.0.1");
    }

    @Test
    void findsItsTreeFromEverywhere() throws Exception {
        Path tree = tree(true);
        Path link = Files.createSymbolicLink(directory.resolve("linked"), tree.resolve("neon"));
        Path second = Files.createSymbolicLink(directory.resolve("twice"), Path.of("linked"));
        for (List<String> command : List.of(List.of(tree.resolve("neon").toString()), List.of(link.toString()),
                List.of(second.toString()), List.of("./tree/neon"), List.of("tree/../tree/neon"),
                List.of("sh", "-c", "PATH=$PWD/tree:$PATH; neon"), List.of("sh", "-c", "cd tree; PATH=.:$PATH; neon"))) {
            Outcome outcome = run(command, Map.of("JAVA_HOME", java25.toString()));
            assertEquals(0, outcome.code(), outcome.text());
            assertTrue(outcome.text().contains("-cp|" + tree.resolve("lib/neon.jar") + "|dev.neon.cli.Main"),
                    () -> command + ": " + outcome.text());
        }
    }

    @Test
    void passesWordsAsTheyAre() throws Exception {
        Outcome outcome = run(List.of(tree(true).resolve("neon").toString(), "psql", "-c", "select 1  as \"x\"", ""),
                Map.of("JAVA_HOME", java25.toString()));
        assertTrue(outcome.text().endsWith("dev.neon.cli.Main|psql|-c|select 1  as \"x\"|\n"), outcome.text());
    }

    @Test
    void passesOverAnOlderJava() throws Exception {
        Outcome outcome = run(List.of(tree(true).resolve("neon").toString()),
                Map.of("JAVA_HOME", java("17.0.2").toString(), "NEON_JAVA_HOME", java25.toString()));
        assertTrue(outcome.text().startsWith("25.0.1|"), outcome.text());
        outcome = run(List.of(tree(true).resolve("neon").toString()), Map.of("JAVA_HOME", java("17.0.2").toString()));
        assertTrue(!outcome.text().startsWith("17.0.2|"), outcome.text());
    }

    @Test
    void saysThatMavenIsMissing() throws Exception {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        for (String program : List.of("mkdir", "rm", "sleep")) {
            executable(bin.resolve(program), "#!/bin/sh\nexec /bin/" + program + " \"$@\"\n");
        }
        Outcome outcome = run(List.of(tree(false).resolve("neon").toString(), "status"),
                Map.of("JAVA_HOME", java25.toString(), "PATH", bin.toString()));
        assertEquals(1, outcome.code());
        assertTrue(outcome.text().matches("error: neon is not built yet and there is no Maven\nhint: .*\\.\n"),
                outcome.text());
    }

    private Path tree(boolean built) throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Files.deleteIfExists(tree.resolve("neon"));
        Files.copy(SCRIPT, tree.resolve("neon"));
        if (built) {
            Files.createDirectories(tree.resolve("lib"));
            Files.writeString(tree.resolve("lib/neon.jar"), "");
        }
        return tree;
    }

    /** A Java that prints its version and its arguments. */
    private Path java(String version) throws IOException {
        Path home = Files.createDirectories(directory.resolve("java-" + version));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\nJAVA_RUNTIME_VERSION=\"" + version
                + "+1\"\n");
        executable(home.resolve("bin/java"), "#!/bin/sh\nprintf '%s' " + version + "\nprintf '|%s' \"$@\"\necho\n");
        return home;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome run(List<String> command, Map<String, String> variables) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "NEON_JAVA_HOME"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes());
        return new Outcome(process.waitFor(), text);
    }
}
