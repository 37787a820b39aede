package dev.neon.cli.command.remote;

import dev.neon.cli.CommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What {@code neon serve --http} serves: a directory with a repository of the {@linkplain RemoteLab#origin origin's} history, and those
 * who use it. Closing ends their servers.
 */
final class ServedLab implements AutoCloseable {
    private final Path directory;
    private final RemoteLab lab;
    private final CommandLine origin;
    private final Path root;
    private final AtomicInteger users = new AtomicInteger();

    /** @param directory empty; all is in it */
    ServedLab(Path directory) throws IOException {
        this.directory = directory;
        this.lab = new RemoteLab(directory);
        this.origin = lab.origin("origin");
        this.root = Files.createDirectory(directory.resolve("root"));
    }

    /** Puts the origin's history, as it is now, where others find it by a name. */
    void serve(String name) throws IOException {
        Path place = root.resolve(name + ".neon");
        Files.createDirectories(place.getParent());
        origin.ok("clone", "--bare", origin.directory().toString(), place.toString());
    }

    CommandLine origin() {
        return origin;
    }

    /** What is served. */
    Path root() {
        return root;
    }

    /** A new token. */
    String token(String... options) {
        List<String> words = new ArrayList<>(List.of("serve", "token", "create", "--root", root.toString()));
        words.addAll(List.of(options));
        return origin.ok(words.toArray(String[]::new));
    }

    /** Somebody in a directory of their own, without a token. */
    CommandLine user() throws IOException {
        return new CommandLine(Files.createDirectory(directory.resolve("user" + users.incrementAndGet())));
    }

    @Override
    public void close() {
        lab.close();
    }
}
