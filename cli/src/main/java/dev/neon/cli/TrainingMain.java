package dev.neon.cli;

import dev.neon.cli.command.Commands;
import dev.neon.cli.framework.Dispatcher;
import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Interruption;
import dev.neon.cli.io.Terminals;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;

/**
 * A step of the build, started by {@link AotCacheMain}: runs the commands that a cache is for, so that it holds what
 * they need.
 */
final class TrainingMain {
    /** Stands for the directory of a timeline's WAL. */
    static final String WAL = "{wal}";
    /** Stands for a name that is another in each round. */
    static final String FRESH = "{fresh}";
    /** Stands for the address of the directory's repository on a server, which runs meanwhile. */
    static final String HTTP = "{http}";
    /** What the log is to tell of. */
    static final String SCRIPT = "training.sql";
    /** What makes WAL of all common kinds, and enough for a walk. */
    static final String WALK = "walk.sql";

    private static final int ROUNDS = 2;

    private TrainingMain() {}

    /**
     * Trains.
     *
     * @param arguments the name of the cache; the directory to work in; and the project's directory, in which the
     *                  embedded PostgreSQL is found. Without one, the commands that need a server fail and are trained less
     */
    public static void main(String[] arguments) throws IOException {
        // A class that is not in the cache makes the JVM open the jar, so the entry class must be.
        requireLoaded(Main.class);
        Interruption.handle();
        Path directory = Path.of(arguments[1]);
        Path project = Path.of(arguments[2]);
        List<String> commandLines = AotCache.valueOf(arguments[0]).commandLines();
        if (commandLines.stream().anyMatch(line -> line.contains(HTTP))) {
            whileServed(directory, project, address -> rounds(commandLines, directory, project, address));
        } else {
            rounds(commandLines, directory, project, "");
        }
    }

    private static void rounds(List<String> commandLines, Path directory, Path project, String address) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            for (String commandLine : commandLines) {
                run(directory, project, words(commandLine.replace(FRESH, "round" + round).replace(HTTP, address), directory));
            }
            touchLibraries(directory);
        }
    }

    private interface Served {
        void run(String address) throws IOException;
    }

    /** The server is a process of its own: its classes are not the clients'. Its first line is its address. */
    private static void whileServed(Path directory, Path project, Served served) throws IOException {
        Process server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Main.class.getName(), "serve", "--http",
                "127.0.0.1:0", "--root", String.valueOf(directory.getParent()), "--anonymous-read", "--access-log",
                directory.resolve("access").toString()).directory(directory.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader lines = server.inputReader(StandardCharsets.UTF_8)) {
            String address = lines.readLine();
            // Where it could not be started, the commands fail, and are trained less.
            served.run((address == null ? "http://127.0.0.1:1" : address) + '/' + directory.getFileName());
        } finally {
            server.destroy();
        }
    }

    /** Makes the directory that all caches are trained in, one after another. */
    static Path createDirectory() throws IOException {
        Path directory = Files.createTempDirectory("neon-training");
        Files.writeString(directory.resolve(SCRIPT), "create table if not exists t (a int primary key);"
                + " begin; insert into t select coalesce(max(a), 0) + 1 from t; update t set a = a + 1; commit;");
        Files.writeString(directory.resolve(WALK), "create table if not exists w (a int primary key, b text);"
                + " truncate w; insert into w select g, md5(g::text) from generate_series(1, 100000) g; checkpoint;"
                + " update w set b = md5(b) where a % 7 = 0; update w set a = -a where a % 11 = 0; checkpoint;"
                + " delete from w where a % 5 = 0; vacuum w;");
        return directory;
    }

    /** Stops what the training has started, and leaves nothing behind. */
    static void removeDirectory(Path directory, Path project) throws IOException {
        run(directory, project, "stop", "--all");
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void run(Path directory, Path project, String... words) {
        new Dispatcher(Commands.tree()).run(environment(directory, project), words);
    }

    private static String[] words(String commandLine, Path directory) throws IOException {
        if (commandLine.isEmpty()) {
            return new String[0];
        }
        String[] words = commandLine.split(" ");
        int wal = List.of(words).indexOf(WAL);
        if (wal >= 0 && Files.exists(directory.resolve(".neon/timelines"))) {
            words[wal] = longestWal(directory.resolve(".neon/timelines"));
        }
        return words;
    }

    /** Those of branches that were not started hold nothing. */
    private static String longestWal(Path timelines) throws IOException {
        try (Stream<Path> all = Files.list(timelines)) {
            return all.map(timeline -> timeline.resolve("wal")).filter(Files::exists)
                    .max(Comparator.comparingLong(TrainingMain::files)).map(Path::toString).orElse(WAL);
        }
    }

    private static long files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireLoaded(Class<?> type) {
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Environment environment(Path directory, Path project) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        // What a real start loads is loaded here, too; the streams alone are swapped.
        Environment real = Environment.ofProcess();
        Map<String, String> variables = new HashMap<>(real.variables());
        variables.put("NEON_CACHE_DIR", project.resolve("target/postgres-cache").toString());
        variables.remove("NEON_DIR");
        return new Environment(directory, variables, directory, Optional.of(project),
                new ByteArrayInputStream(new byte[0]), nowhere, nowhere, Terminals.NONE, real.clock());
    }

    private static void touchLibraries(Path directory) throws IOException {
        Path config = Files.writeString(directory.resolve("config"), "[core]\n\trepositoryFormatVersion = 2\n");
        try {
            Config parsed = new Config();
            parsed.fromText(Files.readString(config));
            parsed.getInt("core", "repositoryFormatVersion", 0);
        } catch (ConfigInvalidException impossible) {
            throw new IllegalStateException(impossible);
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> entry.getFileName().toString());
        }
    }
}
