package dev.neon.cli.docs;

import static dev.neon.cli.framework.CommandTree.command;
import static dev.neon.cli.framework.CommandTree.group;
import static dev.neon.cli.framework.CommandTree.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.CommandTree;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.ValueKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asks a real bash what it would offer. */
class CompletionTest {
    @TempDir
    private Path directory;

    private static final class Branch extends Command {
        private final Flag force = flag("-f", "--force").help("it's so");
        private final Option<String> at = option("--at").help("a point").completes(ValueKind.TAGS).text();
        private final Parameter<String> name = parameter("name").help("new").choice("new", "next").required();
        private final OptionalParameter<String> from =
                parameter("from").help("old").completes(ValueKind.REVISIONS).optional();

        @Override
        public Description description() {
            return Description.of("Make a branch");
        }

        @Override
        protected ExitCode run(Invocation invocation) {
            return ExitCode.OK;
        }
    }

    private static CommandTree tree() {
        return new CommandTree("sample", List.of(section("all", command("branch", Branch::new),
                group("pg", "Servers", command("pg start", Branch::new), command("pg stop", Branch::new)))), List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "'';branch pg", "b;branch", "'pg ';start stop", "pg st;start stop", "branch --f;--force", "'branch ';new next",
        "'branch new ';live-revisions", "'branch --at ';live-tags", "'branch --at x ';new next",
        "'branch -f new l';live-revisions", "'-C x branch ';new next", "'--color ';auto always never",
        "'pg start new ';live-revisions", "'branch new main ';''"
    })
    void bashOffers(String typed, String expected) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash here");
        String words = typed.isEmpty() || typed.endsWith(" ") ? typed + "''" : typed;
        Path script = Files.writeString(directory.resolve("run"), CompletionScript.of(CompletionScript.Shell.BASH, tree())
                + "neon() { for last; do :; done; echo \"live-$last\"; }\n"
                + "COMP_WORDS=(neon " + words + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_neon\n"
                + "echo \"${COMPREPLY[*]}\"\n");
        Process bash = new ProcessBuilder("/bin/bash", "--norc", script.toString()).redirectErrorStream(true).start();
        String offered = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, bash.waitFor(), offered);
        assertEquals(expected, offered);
    }
}
