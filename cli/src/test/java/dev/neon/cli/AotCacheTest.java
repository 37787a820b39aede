package dev.neon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The caches that the build trains, for a jar made of the test's class path. What a start costs cannot be tested on a busy
 * machine; what makes it cost more can: each class that the JVM takes in, and each that is not in the cache.
 */
class AotCacheTest {
    /** Taken in at each start of a short command; a bare JVM takes in 530. */
    private static final int MOST_CLASSES = 2750;
    /** The JVM never archives events of its flight recorder; syncing a file loads these. */
    private static final Set<String> NEVER_CACHED =
            Set.of("jdk.internal.event.Event", "jdk.internal.event.FileForceEvent");

    @TempDir
    static Path directory;

    private static Path jar;
    private static Path repository;

    @BeforeAll
    static void train() throws Exception {
        jar = directory.resolve("lib/neon.jar");
        Files.createDirectory(jar.getParent());
        writeJar();
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        repository = Files.createDirectory(directory.resolve("repository"));
        run(List.of("-Djava.io.tmpdir=" + temporary, "-cp", jar.toString(), AotCacheMain.class.getName(),
                jar.toString(), project().toString()));
        assertEquals(Set.of(), names(temporary));
        Set<String> made = new TreeSet<>(Set.of("neon.jar", "neon.aot.java", "neon-zstd.so"));
        for (AotCache cache : AotCache.values()) {
            made.add(cache.beside(jar).getFileName().toString());
        }
        assertEquals(made, names(jar.getParent()));
        neon(AotCache.GENERAL, "init");
        neon(AotCache.GENERAL, "start", "main");
    }

    @AfterAll
    static void stop() throws Exception {
        neon(AotCache.GENERAL, "stop", "--all");
    }

    @Test
    void namesItsJava() throws IOException {
        assertEquals(System.getProperty("java.home") + '\n' + Runtime.version() + '\n',
                Files.readString(jar.resolveSibling("neon.aot.java")));
    }

    @Test
    void shortCommandsFindEachClassInTheirCache() throws Exception {
        for (List<String> words : List.of(List.of("status"), List.of("rev-parse", "HEAD"), List.of("branch", "one"),
                List.of("branch"), List.of("ps"), List.of("version"))) {
            Path log = directory.resolve("classes.log");
            int cached = 0;
            neon(AotCache.SHORT, log, words);
            for (String line : Files.readAllLines(log)) {
                if (line.contains(" source: shared objects file")) {
                    cached++;
                } else if (line.contains(" source: ")) {
                    assertTrue(NEVER_CACHED.contains(line.split(" ")[1]), () -> words + " loads " + line);
                } else {
                    // A class that is nowhere: the jar is opened to find that out.
                    assertTrue(!line.contains("ClassNotFoundException"), () -> words + " looks for " + line);
                }
            }
            int taken = cached;
            assertTrue(cached > 530 && cached <= MOST_CLASSES, () -> words + " takes in " + taken + " classes");
        }
    }

    /** The training has a server, and both sides' code is in one jar. */
    @Test
    void transfersTakeInNothingOfTheServer() throws Exception {
        Path log = directory.resolve("sync.log");
        neon(AotCache.SYNC, log, List.of("ls-remote", "."));
        List<String> classes = Files.readAllLines(log).stream().filter(line -> line.contains(" source: shared objects file")).toList();
        assertTrue(classes.stream().anyMatch(line -> line.contains(" dev.neon.sync.transport.Http1Connection ")), "trained without a server");
        assertEquals(List.of(), classes.stream().filter(line -> line.contains(" org.eclipse.jetty.") || line.contains(" org.slf4j.")).toList());
    }

    private static void neon(AotCache cache, String... words) throws Exception {
        neon(cache, directory.resolve("other.log"), List.of(words));
    }

    /** Starts neon as the launcher does, and logs the classes it loads and the exceptions it meets. */
    private static void neon(AotCache cache, Path log, List<String> words) throws Exception {
        Files.deleteIfExists(log);
        List<String> command = new ArrayList<>(cache.flags());
        command.addAll(List.of("-XX:AOTCache=" + cache.beside(jar), "-Xlog:disable", "-Xlog:all=error:stderr",
                "-Xlog:class+load=info,exceptions=info:file=" + log + "::filecount=0", "-XX:-UsePerfData",
                "-Dneon.home=" + project(), "-Dneon.terminals=", "-cp", jar.toString(), Main.class.getName()));
        command.addAll(words);
        run(command);
    }

    private static void run(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(arguments);
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command).directory(repository.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("NEON_CACHE_DIR", TestPostgres.cache().toString());
        builder.environment().remove("NEON_DIR");
        assertEquals(0, builder.start().waitFor(), () -> arguments + ": " + read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Path project() {
        return TestPostgres.jars().getParent().getParent();
    }

    private static Set<String> names(Path place) throws IOException {
        try (Stream<Path> entries = Files.list(place)) {
            return new TreeSet<>(entries.map(entry -> entry.getFileName().toString()).toList());
        }
    }

    /** All in one jar, as the build does it: a cache knows no classes of directories and none of signed jars. */
    private static void writeJar() throws IOException {
        Set<String> written = new HashSet<>();
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.setLevel(1);
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                if (Files.isDirectory(Path.of(entry))) {
                    addDirectory(Path.of(entry), written, out);
                } else if (Files.isRegularFile(Path.of(entry))) {
                    addJar(Path.of(entry), written, out);
                }
            }
        }
    }

    private static void addDirectory(Path root, Set<String> written, JarOutputStream out) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    add(root.relativize(file).toString(), in, written, out);
                }
            }
        }
    }

    private static void addJar(Path file, Set<String> written, JarOutputStream out) throws IOException {
        try (JarInputStream in = new JarInputStream(Files.newInputStream(file), false)) {
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                if (!entry.isDirectory()) {
                    add(entry.getName(), in, written, out);
                }
            }
        }
    }

    private static void add(String name, InputStream content, Set<String> written, JarOutputStream out) throws IOException {
        boolean isOfTheJar = name.startsWith("META-INF/") && !name.startsWith("META-INF/services/");
        if (!isOfTheJar && !name.endsWith("module-info.class") && written.add(name)) {
            out.putNextEntry(new JarEntry(name));
            content.transferTo(out);
            out.closeEntry();
        }
    }
}
