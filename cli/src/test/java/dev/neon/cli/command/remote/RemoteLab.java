package dev.neon.cli.command.remote;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Repositories below one directory, copied from a prepared one, and those cloned from them. Closing ends their servers. */
final class RemoteLab implements AutoCloseable {
    private static final List<String> DISPOSABLE = List.of("datadirs", "run", "fsck");
    private static Path template;

    private final Path directory;
    private final List<CommandLine> users = new ArrayList<>();

    RemoteLab(Path directory) {
        this.directory = directory;
    }

    /**
     * A repository with the branches {@code main} (rows 1 and 2 of the table {@code t}) and {@code other} (row 1), the tag
     * {@code v1} (row 1), and no server. All have the same id; {@link #clone} gives one of its own.
     */
    CommandLine origin(String name) {
        copy(template(), directory.resolve(name));
        CommandLine user = user(name);
        // At its own place from the beginning: what is compared with later is as it is then.
        Repositories.open(user.repository()).ownId();
        return user;
    }

    private static synchronized Path template() {
        if (template == null) {
            try {
                template = Files.createTempDirectory("neon-remote-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(template)));
            try (CommandLine neon = new CommandLine(template)) {
                neon.ok("init");
                neon.ok("start");
                Sql.run(neon, "main", "create table t(a int)", "insert into t values (1)");
                neon.ok("tag", "-m", "the first", "v1");
                neon.ok("branch", "other");
                Sql.run(neon, "main", "insert into t values (2)");
                neon.ok("stop");
            }
        }
        return template;
    }

    /** A user in a directory. */
    CommandLine user(String name) {
        CommandLine user = new CommandLine(directory.resolve(name));
        users.add(user);
        return user;
    }

    /** Clones what is in one directory into another. */
    CommandLine clone(String from, String to) {
        new CommandLine(directory).ok("clone", from, to);
        return user(to);
    }

    /** Clones what is in one directory into another, which others may push to without being in the way of anybody. */
    CommandLine bare(String from, String to) {
        new CommandLine(directory).ok("clone", "--bare", from, to);
        return new CommandLine(directory);
    }

    /** Writes a row on a branch, with a server that runs meanwhile. */
    static void write(CommandLine neon, String branch, int row) {
        neon.ok("start", branch);
        Sql.run(neon, branch, "insert into t values (" + row + ")");
        neon.ok("stop", branch);
    }

    /** The rows of a revision, with a comma behind each, as the WAL and the layers have them. */
    static String rows(CommandLine neon, String revision) {
        return neon.ok("export", "--table", "t", revision).replaceFirst("a\n?", "").replace('\n', ',');
    }

    /** Does with a failure what its message advises: the text of a command. */
    static void follow(CommandLine neon, String command) {
        neon.ok(command.split(" "));
    }

    /** The names of refs there, with timelines and LSNs. */
    static Map<String, String> refs(CommandLine neon, String url) {
        Map<String, String> refs = new TreeMap<>();
        neon.ok("ls-remote", url).lines().map(line -> line.split("\t")).forEach(words -> refs.put(words[1], words[0]));
        return refs;
    }

    /** Runs a push that is refused, and returns what it says. */
    static String refused(CommandLine neon, String... words) {
        Result result = neon.run(words);
        if (result.code() != ExitCode.NEGATIVE.number()) {
            throw new AssertionError(String.join(" ", words) + " ended with " + result.code() + ": " + result.err());
        }
        return result.err();
    }

    /** As {@code cp -r}, but for what is disposable, and for the mark by which a copy is noticed: the id stays the same. */
    static void copy(Path from, Path to) {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path relative = from.relativize(path);
                boolean isDisposable = relative.getNameCount() > 1 && DISPOSABLE.contains(relative.getName(1).toString());
                if (!isDisposable && !Files.isSymbolicLink(path) && !path.endsWith("place")) {
                    Path target = to.resolve(relative.toString());
                    if (Files.isDirectory(path)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(path, target);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        users.forEach(CommandLine::close);
    }
}
