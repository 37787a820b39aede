package dev.neon.cli.io;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a command may know of the process it runs in. Commands read nothing of this from anywhere else, so a test
 * runs them in its own process with an environment that it made up.
 *
 * @param directory the working directory, absolute
 * @param variables the environment variables
 * @param home      the user's home directory
 * @param program   where neon is installed; empty when it was not started by its launcher
 * @param in        the standard input
 * @param out       the standard output, for results only; buffered, UTF-8
 * @param err       the standard error, for everything else
 * @param terminals which of the three are terminals
 * @param clock     the time and the user's time zone
 */
public record Environment(Path directory, Map<String, String> variables, Path home, Optional<Path> program,
                          InputStream in, PrintStream out, PrintStream err, Terminals terminals, Clock clock) {
    private static final int BUFFER_BYTES = 16 * 1024;

    /** The environment of this process. */
    public static Environment ofProcess() {
        return new Environment(
                Path.of(System.getProperty("user.dir")),
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                Optional.ofNullable(System.getProperty("neon.home")).map(Path::of),
                System.in,
                stream(FileDescriptor.out, BUFFER_BYTES),
                stream(FileDescriptor.err, BUFFER_BYTES),
                Terminals.ofProcess(),
                new SystemClock());
    }

    private static PrintStream stream(FileDescriptor descriptor, int bufferBytes) {
        return new PrintStream(new java.io.BufferedOutputStream(new FileOutputStream(descriptor), bufferBytes), false,
                StandardCharsets.UTF_8);
    }

    /** The same environment in another working directory, as git's {@code -C}. */
    public Environment in(Path other) {
        return new Environment(directory.resolve(other).normalize(), variables, home, program, in, out, err, terminals,
                clock);
    }

    /** The same environment with one variable taken away. */
    public Environment without(String variable) {
        Map<String, String> fewer = new HashMap<>(variables);
        fewer.remove(variable);
        return new Environment(directory, fewer, home, program, in, out, err, terminals, clock);
    }

    /** The same environment with another standard output. */
    Environment printingTo(PrintStream other) {
        return new Environment(directory, variables, home, program, in, other, err, terminals, clock);
    }

    /** The program that starts neon, for processes that are to outlive this one; empty when it was not started by it. */
    public Optional<Path> launcher() {
        return program.map(place -> place.resolve("neon")).filter(Files::isExecutable);
    }

    /** The directories of PATH. */
    public List<Path> programDirectories() {
        List<Path> directories = new ArrayList<>();
        for (String name : variable("PATH").orElse("").split(File.pathSeparator)) {
            if (!name.isEmpty()) {
                directories.add(directory.resolve(name));
            }
        }
        return directories;
    }

    /** A program on PATH. */
    public Optional<Path> program(String name) {
        return programDirectories().stream().map(place -> place.resolve(name))
                .filter(Files::isExecutable).filter(Files::isRegularFile).findFirst();
    }

    /** An environment variable; a variable that is set to nothing counts as absent. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    /** Where the user keeps what neon is to know: XDG_CONFIG_HOME/neon, else ~/.config/neon. */
    public Path configDirectory() {
        return variable("XDG_CONFIG_HOME").map(home::resolve).orElseGet(() -> home.resolve(".config")).resolve("neon");
    }

    /** Where neon may keep what it can make again: NEON_CACHE_DIR, else XDG_CACHE_HOME/neon, else ~/.cache/neon. */
    public Path cacheDirectory() {
        return variable("NEON_CACHE_DIR").map(directory::resolve)
                .or(() -> variable("XDG_CACHE_HOME").map(home::resolve).map(cache -> cache.resolve("neon")))
                .orElseGet(() -> home.resolve(".cache").resolve("neon"));
    }
}
