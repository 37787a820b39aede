package dev.neon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.command.Commands;
import dev.neon.cli.framework.CommandTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    void givesEachCommandTheCacheThatIsTrainedForIt() throws Exception {
        Path lib = treeWithCaches().resolve("lib");
        List<String> commands = new ArrayList<>(Commands.tree().nodes().stream().map(CommandTree.Node::name).toList());
        commands.addAll(List.of("__complete", "unknown"));
        Map<AotCache, Set<String>> started = new EnumMap<>(AotCache.class);
        for (String command : commands) {
            String text = neon(command);
            AotCache used = Stream.of(AotCache.values())
                    .filter(cache -> text.contains("|-XX:AOTCache=" + cache.beside(lib.resolve("neon.jar")) + "|"))
                    .findFirst().orElseThrow(() -> new AssertionError(text));
            started.computeIfAbsent(used, none -> new TreeSet<>()).add(command);
        }
        assertEquals(AotCache.SHORT.commandLines().stream().map(line -> line.split(" ")[0])
                .collect(Collectors.toCollection(TreeSet::new)), started.get(AotCache.SHORT));
        assertEquals(Set.of("wal"), started.get(AotCache.WAL));
        assertEquals(Set.of("backfill", "clone", "fetch", "pull", "push", "ls-remote"), started.get(AotCache.SYNC));
    }

    @Test
    void findsTheCommandBehindOptions() throws Exception {
        treeWithCaches();
        for (List<String> words : List.of(List.of("status"), List.of("-C", "wal", "status"), List.of("--version"),
                List.of("-q", "--repo", "log", "--color", "never", "branch", "wal"),
                List.of("--color=never", "tag", "-d", "init"))) {
            String text = neon(words.toArray(String[]::new));
            assertTrue(text.contains("/lib/neon-short.aot|"), text);
            assertTrue(text.contains("|-XX:TieredStopAtLevel=1|"), text);
        }
        for (List<String> words : List.of(List.of("fsck", "status"), List.of("-C", "status", "init"),
                List.of("-q", "--repo", "status", "--no-pager", "gc"))) {
            String text = neon(words.toArray(String[]::new));
            assertTrue(text.contains("/lib/neon.aot|"), text);
            assertTrue(text.contains("|-XX:-AOTReplayTraining|"), text);
        }
        assertTrue(neon().contains("/lib/neon.aot|"));
    }

    /** TLS is slow without the compiler that makes the best code, and the rest is done before that is. */
    @Test
    void compilesBetterForTlsAlone() throws Exception {
        treeWithCaches();
        for (String name : List.of("plain", "secure")) {
            Files.createDirectories(directory.resolve(name).resolve("below/.x"));
            Path config = Files.createDirectories(directory.resolve(name).resolve(".neon")).resolve("config");
            Files.writeString(config, "[remote \"origin\"]\n\turl = " + (name.equals("plain") ? "http" : "https") + "://db1/shop\n");
        }
        for (List<String> words : List.of(List.of("clone", "http://db1/shop"), List.of("ls-remote", "x"), List.of("-C", "plain", "fetch"),
                List.of("-C", "plain", "-C", "below", "pull"), List.of("--repo", "plain", "push"), List.of("--repo=plain/.neon", "fetch"),
                List.of("-C", "plain/below", "--repo", "..", "fetch"), List.of("-C", directory.resolve("plain").toString(), "fetch"))) {
            assertTrue(neon(words.toArray(String[]::new)).contains("|-XX:TieredStopAtLevel=1|-XX:-AOTReplayTraining|"), words.toString());
        }
        for (List<String> words : List.of(List.of("clone", "https://db1/shop"), List.of("-C", "secure", "fetch"), List.of("fetch"),
                List.of("-C", "plain", "fetch", "https://db2/shop"), List.of("-C", "secure/below", "pull"), List.of("--repo", "secure", "push"),
                List.of("-C", "plain", "--repo", "../secure", "fetch"), List.of("-C", "nowhere", "fetch"))) {
            String text = neon(words.toArray(String[]::new));
            assertFalse(text.contains("TieredStopAtLevel"), words.toString());
            assertTrue(text.contains("|-XX:-AOTReplayTraining|"), words.toString());
        }
        String launcher = directory.resolve("tree/neon").toString();
        for (String name : List.of("plain", "secure")) {
            String text = run(List.of(launcher, "fetch"), Map.of("JAVA_HOME", java25.toString(), "NEON_DIR", name)).text();
            assertEquals(name.equals("plain"), text.contains("TieredStopAtLevel"), text);
        }
    }

    @Test
    void keepsThePageServerSmall() throws Exception {
        treeWithCaches();
        for (List<String> words : List.of(List.of("pageserver", "start", "--foreground"),
                List.of("--quiet", "--repo", "status", "pageserver", "start", "--foreground", "--listen", "127.0.0.1:0"))) {
            String text = neon(words.toArray(String[]::new));
            assertTrue(text.contains("|-XX:-AOTReplayTraining|-Xmx512m|-Xms16m|"), text);
            assertTrue(text.contains("|-XX:+ExitOnOutOfMemoryError|"), text);
        }
        for (List<String> words : List.of(List.of("pageserver", "start"), List.of("pageserver", "status"), List.of("start", "--foreground"))) {
            assertFalse(neon(words.toArray(String[]::new)).contains("ExitOnOutOfMemoryError"), words::toString);
        }
    }

    @Test
    void usesNoCacheThatWouldBeRefused() throws Exception {
        Path lib = treeWithCaches().resolve("lib");
        assertTrue(neon("status").contains("-XX:AOTCache="));
        Files.setLastModifiedTime(lib.resolve("neon-short.aot"), FileTime.from(Instant.now().minusSeconds(60)));
        assertFalse(neon("status").contains("-XX:AOTCache="));
        assertTrue(neon("start").contains("-XX:AOTCache="));
        Files.delete(lib.resolve("neon-short.aot"));
        assertTrue(neon("status").contains("/lib/neon.aot|"));
        Files.writeString(lib.resolve("neon.aot.java"), java25 + "\n25.0.1+2\n");
        assertFalse(neon("start").contains("-XX:AOTCache="));
        Files.delete(lib.resolve("neon.aot.java"));
        assertFalse(neon("start").contains("-XX:AOTCache="));
    }

    @Test
    void namesTheNativeLibraryOnlyOfTheSameBuild() throws Exception {
        Path lib = treeWithCaches().resolve("lib");
        assertFalse(neon("start").contains("ZstdNativePath"));
        Path zstd = Files.createFile(lib.resolve("neon-zstd.so"));
        assertTrue(neon("start").contains("|-DZstdNativePath=" + zstd + "|"));
        assertTrue(neon("status").contains("|-DZstdNativePath=" + zstd + "|"));
        Files.writeString(lib.resolve("neon.aot.java"), java25 + "\n25.0.1+2\n");
        assertFalse(neon("start").contains("ZstdNativePath"));
    }

    /** Where no locale is set, Java would refuse names of files that are not ASCII. */
    @Test
    void namesOfFilesAreUtf8WhereNoLocaleIsSet() throws Exception {
        Path tree = tree(true);
        executable(java25.resolve("bin/java"), "#!/bin/sh\nprintf '%s' \"$LC_ALL,$LC_CTYPE,$LANG\"\n");
        String launcher = tree.resolve("neon").toString();
        for (List<String> locale : List.of(List.of("", "", "", ",C.UTF-8,"), List.of("C", "", "de_DE.UTF-8", "C.UTF-8,,de_DE.UTF-8"),
                List.of("", "", "POSIX", ",C.UTF-8,POSIX"), List.of("", "", "de_DE.UTF-8", ",,de_DE.UTF-8"),
                List.of("", "de_DE", "", ",de_DE,"))) {
            Outcome outcome = run(List.of(launcher, "status"), Map.of("JAVA_HOME", java25.toString(), "LC_ALL", locale.get(0),
                    "LC_CTYPE", locale.get(1), "LANG", locale.get(2)));
            assertEquals(locale.get(3), outcome.text());
        }
    }

    private String neon(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(directory.resolve("tree/neon").toString()));
        command.addAll(List.of(words));
        return run(command, Map.of("JAVA_HOME", java25.toString())).text();
    }

    private Path treeWithCaches() throws IOException {
        Path tree = tree(true);
        for (AotCache cache : AotCache.values()) {
            Files.writeString(cache.beside(tree.resolve("lib/neon.jar")), "");
        }
        Files.writeString(tree.resolve("lib/neon.aot.java"), java25 + "\n25.0.1+1\n");
        return tree;
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
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "NEON_JAVA_HOME", "NEON_DIR"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes());
        return new Outcome(process.waitFor(), text);
    }
}
