package dev.neon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.command.Commands;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.io.Terminals;
import dev.neon.compute.binaries.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A user at a prompt in some directory, with real PostgreSQL. Closing it ends the servers of the repository there. */
public final class CommandLine implements AutoCloseable {
    /** The form of messages: what failed in lower case and without a full stop, log lines, hints in whole sentences. */
    private static final Pattern MESSAGE = Pattern.compile("(?:[^\\n]*\\.\\.\\. failed\\n)?"
            + "error: (?:[a-z'\"]|LSN |HEAD |PostgreSQL )[^\\n]*[^.\\n]\\n(?: {4}[^\\n]*\\n)*(?:hint: [A-Z'][^\\n]*[.?]\\n)?");
    private static final Pattern COMMAND_IN_HINT = Pattern.compile("'neon ([a-z-]+)");

    private final Path directory;
    private final TestNeon neon;

    public CommandLine(Path directory) {
        this(directory, TestPostgres.jars().getParent().getParent());
    }

    /** @param home where neon is installed */
    public CommandLine(Path directory, Path home) {
        this.directory = directory;
        this.neon = new TestNeon(Commands.tree(), directory)
                .with("NEON_CACHE_DIR", TestPostgres.cache().toString()).with("USER", "tester").with(Clock.systemUTC())
                .installedIn(home);
    }

    /** Sets a variable of the environment. */
    public CommandLine with(String variable, String value) {
        neon.with(variable, value);
        return this;
    }

    /** Sets the user's home directory. */
    public CommandLine at(Path userHome) {
        neon.at(userHome);
        return this;
    }

    /** Gives the user terminals, at which some lines are typed with each command. */
    public CommandLine typing(String lines) {
        neon.with(new Terminals(true, false, true), lines);
        return this;
    }

    public Path directory() {
        return directory;
    }

    /** The repository, whether it is there or not. */
    public Path repository() {
        return directory.resolve(".neon");
    }

    public Result run(String... words) {
        Result result = neon.run(words);
        DeclaredExits.require(Commands.tree(), result.code(), result.err(), words);
        return result;
    }

    /** Runs what must succeed and returns its results without the last newline. */
    public String ok(String... words) {
        Result result = run(words);
        assertEquals(0, result.code(), () -> String.join(" ", words) + ": " + result.err() + result.out());
        return result.out().stripTrailing();
    }

    /** Runs what must succeed and returns its results, which are no text. */
    public byte[] bytes(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Result result = neon.run(out, words);
        assertEquals(0, result.code(), () -> String.join(" ", words) + ": " + result.err());
        return out.toByteArray();
    }

    /** Runs what must fail, with a message in the form that all have, and leave the repository as it is. */
    public String fails(ExitCode expected, String... words) {
        TreeHash before = TreeHash.of(repository());
        Result result = run(words);
        requireMessage(expected, result, words);
        assertEquals(before.entries(), TreeHash.of(repository()).entries(),
                () -> "files changed by the failure of " + String.join(" ", words));
        return result.err();
    }

    /** Checks code, form of the message, and that nothing is said on the standard output. */
    public static void requireMessage(ExitCode expected, Result result, String... words) {
        String line = String.join(" ", words);
        assertEquals(expected.number(), result.code(), () -> line + ": " + result.err());
        assertEquals("", result.out(), line);
        assertTrue(MESSAGE.matcher(result.err()).matches(), () -> "form of the message of " + line + ": "
                + result.err());
        Matcher named = COMMAND_IN_HINT.matcher(result.err());
        while (named.find()) {
            assertTrue(Commands.tree().find(named.group(1)).isPresent(), () -> "the message of " + line
                    + " names a command that there is not: " + result.err());
        }
    }

    @Override
    public void close() {
        if (repository().toFile().isDirectory()) {
            run("stop", "--all", "--mode", "immediate");
        }
    }
}
