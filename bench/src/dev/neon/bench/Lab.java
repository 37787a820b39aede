package dev.neon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Where the benchmarks work: a temporary directory, the programs, and what has to be ended at the end. */
final class Lab implements AutoCloseable {
    private final Path root;
    private final Path directory;
    private final boolean quick;
    private final int rounds;
    private final Report report = new Report();
    private final Deque<Runnable> endings = new ArrayDeque<>();

    /** @param rounds how often what is compared in pairs is run, 0 for each benchmark's own number */
    Lab(Path root, Path directory, boolean quick, int rounds) {
        this.root = root;
        this.directory = directory;
        this.quick = quick;
        this.rounds = rounds;
    }

    Report report() {
        return report;
    }

    boolean quick() {
        return quick;
    }

    /** The first of two sizes in a short run, else the second. */
    int scale(int ifQuick, int otherwise) {
        return quick ? ifQuick : otherwise;
    }

    /** How often a pair is run: what was asked for, else as {@link #scale} says. */
    int rounds(int ifQuick, int otherwise) {
        return rounds > 0 ? rounds : scale(ifQuick, otherwise);
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    Path neon() {
        return root.resolve("neon");
    }

    Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Neon's cache is in the temporary directory, so that the first init unpacks PostgreSQL and makes the template. */
    Map<String, String> environment() {
        return Map.of("NEON_CACHE_DIR", path("cache").toString(), "LC_ALL", "C");
    }

    /** The programs of the embedded PostgreSQL; there once a repository has been made. */
    Path binaries() {
        try (var versions = Files.list(path("cache").resolve("postgres"))) {
            return versions.map(version -> version.resolve("bin")).filter(Files::isDirectory).sorted()
                    .reduce((first, second) -> second).orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException("no embedded PostgreSQL has been unpacked", e);
        }
    }

    /** A program on PATH, or among those of an installed PostgreSQL. */
    Optional<Path> find(String program) {
        List<Path> places = new ArrayList<>();
        for (String entry : System.getenv("PATH").split(":")) {
            places.add(Path.of(entry));
        }
        for (int major = 18; major >= 14; major--) {
            places.add(Path.of("/usr/lib/postgresql/" + major + "/bin"));
        }
        return places.stream().map(place -> place.resolve(program)).filter(Files::isExecutable).findFirst();
    }

    /** PostgreSQL refuses to be root: there it gets a user namespace, as neon does it. */
    List<String> asServer(List<String> command) {
        List<String> whole = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            whole.addAll(List.of("unshare", "--user", "--map-user=1000", "--map-group=1000"));
        }
        whole.addAll(command);
        return whole;
    }

    /** Something to do when the benchmarks are over, also when they were interrupted; the latest first. */
    void atEnd(Runnable ending) {
        synchronized (endings) {
            endings.push(ending);
        }
    }

    <T extends AutoCloseable> T kept(Supplier<T> resource) {
        T made = resource.get();
        atEnd(() -> {
            try {
                made.close();
            } catch (Exception e) {
                System.err.println("warning: " + e.getMessage());
            }
        });
        return made;
    }

    /** Removes a tree below the temporary directory. */
    void delete(Path tree) {
        if (tree.startsWith(directory)) {
            Program.run(directory, Map.of(), "rm", "-rf", tree.toString());
        }
    }

    @Override
    public void close() {
        while (true) {
            Runnable ending;
            synchronized (endings) {
                if (endings.isEmpty()) {
                    break;
                }
                ending = endings.pop();
            }
            try {
                ending.run();
            } catch (RuntimeException e) {
                System.err.println("warning: " + e.getMessage());
            }
        }
        if (Files.exists(directory)) {
            Program.run(directory.getParent(), Map.of(), "rm", "-rf", directory.toString());
        }
    }
}
