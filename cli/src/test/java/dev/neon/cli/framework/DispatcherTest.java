package dev.neon.cli.framework;

import static dev.neon.cli.framework.CommandTree.command;
import static dev.neon.cli.framework.CommandTree.group;
import static dev.neon.cli.framework.CommandTree.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.TestNeon;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.io.Terminals;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.PostgresFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DispatcherTest {
    @TempDir
    private Path directory;
    private TestNeon neon;

    /** Shows what it was given. */
    private static final class Sample extends Command {
        private final Option<String> message = option("-m", "--message").label("text").help("a text").text();
        private final Options<String> settings = option("-c").label("name=value").help("a setting").texts();
        private final Option<String> since = option("--since").label("time").help("a time").textOr("now");
        private final Option<Integer> port = option("--port").label("number").help("a port").integer(0);
        private final Flag force = flag("-f", "--force").help("even so");
        private final Parameter<String> name = parameter("name").help("a name").required();
        private final OptionalParameter<String> start = parameter("start").help("a start").optional();

        @Override
        public Description description() {
            return Description.of("Show a sample").example("neon sample x", "Shows x.").exits(ExitCode.NOT_FOUND);
        }

        @Override
        protected ExitCode run(Invocation invocation) {
            invocation.output().line(String.join("|", name.get(), start.orElse("-"), message.orElse("-"),
                    String.join(",", settings.get()), since.orElse("-"), port.get().map(String::valueOf).orElse("-"),
                    String.valueOf(force.isSet())));
            invocation.output().note("directory " + invocation.environment().directory().getFileName());
            return ExitCode.OK;
        }
    }

    /** Passes words on. */
    private static final class Pass extends Command {
        private final Flag force = flag("-f", "--force").help("even so");
        private final OptionalParameter<String> branch = parameter("branch").help("a branch").optional();
        private final Parameters<String> rest = parameter("argument").help("for the program").rest();

        @Override
        public Description description() {
            return Description.of("Pass words on").example("neon pass main -c x", "Passes -c x.");
        }

        @Override
        protected ExitCode run(Invocation invocation) {
            invocation.output().line(force.isSet() + " " + branch.orElse("-") + " " + rest.get());
            return ExitCode.ofProgram(3);
        }
    }

    /** Prints many lines. */
    private static final class Many extends Command {
        private final Option<Integer> count = option("-n").label("number").help("how many").integer(0);

        @Override
        public Description description() {
            return Description.of("Print many lines").example("neon many -30", "Prints 30 lines.");
        }

        @Override
        protected ExitCode run(Invocation invocation) {
            invocation.paged(Optional.empty(), screen -> screen.text("line\n".repeat(count.orElse(1))));
            return ExitCode.OK;
        }
    }

    /** Fails with what its argument names. */
    private static final class Fail extends Command {
        private final Parameter<String> how = parameter("how").help("the failure").choice("gone", "server", "disk", "bug")
                .required();

        @Override
        public Description description() {
            return Description.of("Fail").example("neon fail bug", "Fails.");
        }

        @Override
        protected ExitCode run(Invocation invocation) throws IOException {
            switch (how.get()) {
                case "gone" -> throw new NotFoundException("branch 'x' does not exist", "Create it first.");
                case "server" -> throw new PostgresFailedException("postgres did not start", "FATAL: one\nFATAL: two\n",
                        "Read the log.");
                case "disk" -> throw new IOException("no space left on device");
                default -> throw new IllegalStateException("impossible");
            }
        }
    }

    @BeforeEach
    void makeNeon() {
        neon = new TestNeon(new CommandTree("sample program", List.of(section("the section",
                command("sample", Sample::new), command("pass", Pass::new), command("fail", Fail::new),
                command("many", Many::new),
                group("pg", "Work with servers", command("pg sample", Sample::new)))), List.of()), directory);
    }

    private String out(String... words) {
        Result result = neon.run(words);
        assertEquals("", result.err().replaceAll("(?m)^directory .*\n", ""), "standard error");
        return result.out().strip();
    }

    @Test
    void fillsTheTypedFields() {
        assertEquals("x|-|-||-|-|false", out("sample", "x"));
        assertEquals("x|y|text|a=1,b=2|-|5432|true",
                out("sample", "-m", "text", "x", "-ca=1", "-c", "b=2", "--port=5432", "y", "-f"));
        assertEquals("x|-|-||now|-|false", out("sample", "x", "--since"));
        assertEquals("x|-|-||then|-|false", out("sample", "x", "--since=then"));
        assertEquals("-x|-|-||-|-|false", out("sample", "--", "-x"));
        assertEquals("x|-|-||-|-|true", out("pg", "sample", "x", "-f"));
    }

    @Test
    void keepsQuotesAndAtSignsAsTheyAre() {
        assertEquals("\"x\"|@file|-||-|-|false", out("sample", "\"x\"", "@file"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "pass main -c x;false main [-c, x]",
        "pass -c x;false - [-c, x]",
        "pass -f main --force;true main [--force]",
        "pass -- -c x;false - [-c, x]",
        "pass main -- -x;false main [-x]",
        "pass main db -f;false main [db, -f]"
    })
    void passesTheRestUntouched(String words, String expected) {
        Result result = neon.run(words.split(" "));
        assertEquals(expected, result.out().strip());
        assertEquals(3, result.code(), "the program's status");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "sampel;unknown command 'sampel';Did you mean 'sample'?",
        "pg sampel;unknown command 'pg sampel';Did you mean 'sample'?",
        "pg;'neon pg' needs a command;Run 'neon help pg' to list them.",
        "sample x --fore;unknown option '--fore';Did you mean '--force'?",
        "sample;'<name>' is missing;",
        "sample x y z;'z' is one argument too many;",
        "sample x main@{1 hour ago};'hour' is one argument too many;The shell takes a revision with blanks apart",
        "sample x -m;'--message' needs a value;",
        "sample x -m a -m b;'--message' is given more than once;",
        "sample x --port five;'five' is not a value of '--port';It is a whole number not below 0.",
        "sample x --port -1;'-1' is not a value of '--port';It is a whole number not below 0.",
        "-C nowhere sample x;'nowhere' is not a directory;'-C' names the directory to work in.",
        "fail else;'else' is not a value of '<how>';It is one of: gone, server, disk, bug.",
        "--color pink sample x;'pink' is not a value of '--color';It is one of: auto, always, never.",
        "--jso sample;unknown option '--jso' before the command;Options of a command follow its name; ",
    })
    void refusesAWrongCommandLine(String words, String message, String hint) {
        Result result = neon.run(words.split(" "));
        assertEquals(2, result.code());
        assertEquals("", result.out());
        assertTrue(result.err().startsWith("error: " + message + "\n"), result.err());
        assertTrue(hint == null || result.err().contains("hint: " + hint.strip()), result.err());
    }

    @Test
    void turnsFailuresIntoWordsAndCodes() {
        assertEquals(new Result(4, "", "error: branch 'x' does not exist\nhint: Create it first.\n"),
                neon.run("fail", "gone"));
        assertEquals(new Result(11, "",
                "error: postgres did not start\n    FATAL: one\n    FATAL: two\nhint: Read the log.\n"),
                neon.run("fail", "server"));
        assertEquals(10, neon.run("fail", "disk").code());
    }

    @Test
    void showsAStackTraceOfABugOnlyWhenAsked() {
        Result plain = neon.run("fail", "bug");
        assertEquals(70, plain.code());
        assertTrue(plain.err().contains("Please report it") && !plain.err().contains("at dev.neon"), plain.err());
        assertTrue(neon.with("NEON_DEBUG", "1").run("fail", "bug").err().contains("at dev.neon"));
    }

    @Test
    void takesGlobalOptionsBeforeAndAfterTheCommand() throws IOException {
        Files.createDirectory(directory.resolve("sub"));
        Files.createDirectories(directory.resolve("one/two"));
        assertEquals("directory sub\n", neon.run("-C", "sub", "sample", "x").err());
        assertEquals("directory two\n", neon.run("-C", "one", "sample", "x", "-C", "two").err());
        assertEquals("", neon.run("-q", "sample", "x").err());
        assertEquals("", neon.run("sample", "x", "--quiet").err());
    }

    @Test
    void aDashAndDigitsAreACount() {
        assertEquals(30, out("many", "-30").lines().count());
        assertEquals(out("many", "-n", "12"), out("many", "-12"));
    }

    @Test
    void longResultsArePagedOnATerminalUnlessToldOtherwise() throws IOException {
        neon.with("NEON_PAGER", "cat > paged").with("PATH", "/usr/bin:/bin");
        assertEquals(30, out("many", "-30").lines().count(), "no terminal");
        neon.with(new Terminals(true, true, true), "");
        assertEquals(30, out("--no-pager", "many", "-30").lines().count());
        assertEquals(30, out("many", "-30", "--no-pager").lines().count());
        assertTrue(Files.notExists(directory.resolve("paged")));
        assertEquals("", out("many", "-30"));
        assertEquals(30, Files.readAllLines(directory.resolve("paged")).size());
    }

    @Test
    void coloursOnlyWhereColoursAreWanted() {
        Terminals terminal = new Terminals(true, true, true);
        assertTrue(neon.run("nope").err().startsWith("error:"));
        assertTrue(neon.run("--color=always", "nope").err().startsWith("\033[31merror:"));
        assertTrue(neon.with(terminal, "").run("nope").err().startsWith("\033[31merror:"));
        assertTrue(neon.run("nope", "--color", "never").err().startsWith("error:"));
        assertTrue(neon.with("NO_COLOR", "1").run("nope").err().startsWith("error:"));
    }

    @Test
    void helpShowsEverythingThatIsDeclared() {
        String help = out("sample", "--help");
        for (String part : List.of("Usage: neon sample [-m <text>] [-c <name=value>]...", "-m, --message <text>",
                "--since[=<time>]", "<name>", "--repo <dir>", "Shows x.", "  4   something named does not exist")) {
            assertTrue(help.contains(part), part + " is not in\n" + help);
        }
        assertTrue(!help.contains("  6   "), "a code that the command cannot return");
        assertEquals(help, out("-h", "sample"), "help before the command");
        assertTrue(out().contains("the section\n  sample"), "overview");
        assertTrue(out("pg", "-h").contains("Show a sample"), "group");
    }
}
