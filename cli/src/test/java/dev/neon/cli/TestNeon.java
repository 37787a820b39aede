package dev.neon.cli;

import dev.neon.cli.framework.CommandTree;
import dev.neon.cli.framework.Dispatcher;
import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Terminals;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Runs command lines in this process, in an environment made for a test. */
public final class TestNeon {
    /** What a command line did. */
    public record Result(int code, String out, String err) {}

    private static final Clock FIXED = Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC);

    private final CommandTree tree;
    private final Path directory;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private Clock clock = FIXED;
    private Optional<Path> program = Optional.empty();
    private Path home;
    private Terminals terminals = Terminals.NONE;
    private String input = "";

    public TestNeon(CommandTree tree, Path directory) {
        this.tree = tree;
        this.directory = directory;
        this.home = directory.resolve("home");
    }

    public TestNeon with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    /** In place of a clock that stands still. */
    public TestNeon with(Clock other) {
        clock = other;
        return this;
    }

    /** The user's home directory, in place of {@code home} below the working directory. */
    public TestNeon at(Path userHome) {
        home = userHome;
        return this;
    }

    /** Where neon is installed: embedded PostgreSQL is found below it. */
    public TestNeon installedIn(Path home) {
        program = Optional.of(home);
        return this;
    }

    public TestNeon with(Terminals streams, String typed) {
        terminals = streams;
        input = typed;
        return this;
    }

    public Result run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return run(out, words);
    }

    /** Runs a command line whose results are no text; {@code out} gets them. */
    public Result run(ByteArrayOutputStream out, String... words) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Environment environment = new Environment(directory, Map.copyOf(variables), home,
                program, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8), new PrintStream(err, false, StandardCharsets.UTF_8),
                terminals, clock);
        int code = new Dispatcher(tree).run(environment, words);
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
