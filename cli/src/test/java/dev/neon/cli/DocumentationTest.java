package dev.neon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.command.Commands;
import dev.neon.cli.docs.GeneratedFiles;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.CommandTree;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.HelpText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command has help, an example, exit codes, a man page and completion, and the tracked files are current. */
class DocumentationTest {
    /** Maven runs the tests in the module's directory. */
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final CommandTree TREE = Commands.tree();
    private static final Map<String, String> FILES = GeneratedFiles.of(TREE);

    static List<CommandTree.Leaf> commands() {
        return TREE.leaves();
    }

    @Test
    void trackedFilesAreCurrent() throws IOException {
        String remedy = "run 'mvn -DskipTests -pl cli -am package' and commit man/ and completions/";
        assertEquals(List.copyOf(FILES.keySet()), GeneratedFiles.tracked(ROOT), remedy);
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            assertEquals(file.getValue(), Files.readString(ROOT.resolve(file.getKey())), remedy);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void describesItself(CommandTree.Leaf leaf) {
        Command command = leaf.factory().get();
        Description description = command.description();
        assertTrue(Character.isUpperCase(description.summary().charAt(0)), description.summary());
        assertFalse(description.summary().endsWith("."), description.summary());
        assertFalse(description.examples().isEmpty(), "an example");
        for (Description.Example example : description.examples()) {
            assertTrue(example.commandLine().contains("neon " + leaf.path()), example.commandLine());
            assertTrue(example.what().endsWith("."), example.what());
        }
        command.options().forEach(option -> assertHelp(option.help(), option.title()));
        command.parameters().forEach(parameter -> assertHelp(parameter.help(), parameter.label()));
        assertTrue(new HelpText(TREE).command(leaf, command).contains("Exit codes:\n  0 "), "exit codes");
    }

    private static void assertHelp(String help, String subject) {
        assertFalse(help.isBlank(), "help of " + subject);
        assertFalse(help.endsWith("."), "no full stop in the help of " + subject);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void hasAManPageAndCompletion(CommandTree.Leaf leaf) {
        assertTrue(FILES.containsKey("man/neon-" + leaf.path().replace(' ', '-') + ".1"), "man page");
        assertTrue(FILES.get("completions/neon.bash").contains('\'' + leaf.name() + ':'), "bash");
        assertTrue(FILES.get("completions/_neon").contains('\'' + leaf.name() + ':'), "zsh");
        assertTrue(FILES.get("completions/neon.fish").contains(" -a " + leaf.name() + " -d "), "fish");
    }
}
