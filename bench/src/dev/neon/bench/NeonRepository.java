package dev.neon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A repository, worked on through the program neon only. */
final class NeonRepository implements AutoCloseable {
    private final Lab lab;
    private final Path directory;

    private NeonRepository(Lab lab, Path directory) {
        this.lab = lab;
        this.directory = directory;
    }

    /** Makes one; its servers are stopped when the benchmarks end. */
    static NeonRepository init(Lab lab, String name, String... options) {
        NeonRepository made = lab.kept(() -> new NeonRepository(lab, lab.path(name)));
        List<String> command = new ArrayList<>(List.of(lab.neon().toString(), "init", name));
        command.addAll(List.of(options));
        Program.run(lab.path("."), lab.environment(), command);
        return made;
    }

    Path directory() {
        return directory;
    }

    Path neonDirectory() {
        return directory.resolve(".neon");
    }

    /** Runs one command. */
    Program.Result neon(String... words) {
        List<String> command = new ArrayList<>(List.of(lab.neon().toString()));
        command.addAll(List.of(words));
        return Program.run(directory, lab.environment(), command);
    }

    /** Starts a branch and returns its port. */
    int start(String branch, String... options) {
        List<String> words = new ArrayList<>(List.of("start", branch));
        words.addAll(List.of(options));
        return port(neon(words.toArray(String[]::new)).out());
    }

    /** Milliseconds from the command to the answer of a first query. */
    double startToFirstQuery(String branch) {
        long begin = System.nanoTime();
        Sql.query(start(branch), "SELECT count(*) FROM pg_class");
        return (System.nanoTime() - begin) / 1e6;
    }

    String timeline(String branch) {
        return neon("rev-parse", branch).out().strip().replaceFirst("@.*", "");
    }

    /** Where the socket of a branch's server is; it has to run. */
    Path sockets(String branch) {
        return Path.of(postmaster(branch).get(4));
    }

    /** The process of a branch's server, which has to run. */
    long serverPid(String branch) {
        return Long.parseLong(postmaster(branch).getFirst());
    }

    /** The lines of REL_18 pidfile.h: the process first, the socket's directory fifth. */
    private List<String> postmaster(String branch) {
        return lines(dataDirectory(branch).resolve("postmaster.pid"));
    }

    /** The page server's process; it has to run. */
    long pageServerPid() {
        return lines(neonDirectory().resolve("run/pageserver")).stream().filter(line -> line.startsWith("pid: "))
                .mapToLong(line -> Long.parseLong(line.substring("pid: ".length()))).findFirst().orElseThrow();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path dataDirectory(String branch) {
        return neonDirectory().resolve("datadirs").resolve(timeline(branch));
    }

    /** Where a branch ends. */
    long lsn(String branch) {
        String[] halves = neon("rev-parse", branch).out().strip().replaceFirst(".*@", "").split("/");
        return Long.parseLong(halves[0], 16) << 32 | Long.parseLong(halves[1], 16);
    }

    /** The directory of a branch's newest snapshot. */
    Path newestSnapshot(String branch) {
        Path snapshots = neonDirectory().resolve("timelines").resolve(timeline(branch)).resolve("snapshots");
        try (Stream<Path> all = Files.list(snapshots)) {
            return all.sorted().toList().getLast();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int port(String connectionString) {
        return Integer.parseInt(connectionString.strip().replaceFirst("(?s).*:(\\d+)/.*", "$1"));
    }

    /** Ends all its servers and removes it. */
    @Override
    public void close() {
        if (neonDirectory().toFile().exists()) {
            neon("stop", "--all", "--mode", "immediate");
            lab.delete(directory);
        }
    }
}
