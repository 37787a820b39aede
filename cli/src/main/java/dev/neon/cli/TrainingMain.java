package dev.neon.cli;

import dev.neon.cli.command.Commands;
import dev.neon.cli.framework.Dispatcher;
import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Terminals;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
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
 * A step of the build: runs the commands whose start-up matters, so that the JVM's AOT cache holds what they need.
 * Writes beside the cache which Java runtime it is good for, because with any other the cache costs time.
 */
final class TrainingMain {
    /** Stands for the directory of a timeline's WAL. */
    private static final String WAL = "{wal}";

    /** What the log is to tell of. */
    private static final String SCRIPT = "training.sql";

    /** Command lines to train on, each run twice; they may fail. They run in an empty directory, in this order. */
    private static final List<String> COMMAND_LINES = List.of(
            "", "version", "version --json", "help", "help version", "version --help", "completion bash",
            "__complete branches", "verison", "version --jsno", "-q --color always version -C .",
            // From here on with a real server, as a repository is used.
            "init", "start main", "branch", "branch heikki main", "branch try heikki", "branch", "branch --porcelain",
            "status", "status --porcelain", "rev-parse HEAD", "rev-parse main^ nonsense", "rev-parse main@{now}",
            "rev-parse main@{xid:740}", "tag v1 main", "tag", "ps",
            "psql main -f " + SCRIPT, "log", "log -20", "log -3 --stat --oneline", "log --graph --all", "log --json -1",
            "connection-string main", "config list", "config get core.repositoryId", "__complete revisions",
            "snapshot list main", "wal stats", "wal stats --by record", "wal dump -n 100", "wal verify",
            "wal stats -p " + WAL, "start main", "stop main", "branch", "status", "rev-parse HEAD", "log -20",
            "start main", "stop --all");
    private static final int ROUNDS = 2;

    private TrainingMain() {}

    /**
     * Trains.
     *
     * @param arguments the file that shall name the Java runtime, as the launcher reads it: its home directory, then
     *                  its version, a line each; and the project's directory, in which the embedded PostgreSQL
     *                  is found. Without one, the commands that need a server fail and are trained less
     */
    public static void main(String[] arguments) throws IOException {
        // A class that is not in the cache makes the JVM open the jar, so the entry class must be.
        requireLoaded(Main.class);
        Path directory = Files.createTempDirectory("neon-training");
        try {
            Files.writeString(directory.resolve(SCRIPT), "create table if not exists t (a int primary key);"
                    + " begin; insert into t select coalesce(max(a), 0) + 1 from t; update t set a = a + 1; commit;");
            for (int round = 0; round < ROUNDS; round++) {
                for (String commandLine : COMMAND_LINES) {
                    String[] words = words(commandLine, directory);
                    new Dispatcher(Commands.tree()).run(environment(directory, Path.of(arguments[1])), words);
                }
                touchLibraries(directory);
            }
        } finally {
            new Dispatcher(Commands.tree()).run(environment(directory, Path.of(arguments[1])), "stop", "--all");
            delete(directory);
        }
        Files.writeString(Path.of(arguments[0]),
                System.getProperty("java.home") + '\n' + Runtime.version() + '\n');
    }

    private static String[] words(String commandLine, Path directory) throws IOException {
        if (commandLine.isEmpty()) {
            return new String[0];
        }
        String[] words = commandLine.split(" ");
        if (words[words.length - 1].equals(WAL) && Files.exists(directory.resolve(".neon/timelines"))) {
            try (Stream<Path> timelines = Files.list(directory.resolve(".neon/timelines"))) {
                words[words.length - 1] = timelines.map(timeline -> timeline.resolve("wal")).filter(Files::exists)
                        .findFirst().map(Path::toString).orElse(WAL);
            }
        }
        return words;
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

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
