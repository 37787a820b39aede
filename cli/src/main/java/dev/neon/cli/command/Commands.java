package dev.neon.cli.command;

import static dev.neon.cli.framework.CommandTree.command;
import static dev.neon.cli.framework.CommandTree.section;

import dev.neon.cli.framework.CommandTree;
import java.util.List;

/** The commands of neon, in the order in which the overview shows them. A new command is one line here. */
public final class Commands {
    private Commands() {}

    public static CommandTree tree() {
        return new CommandTree("Git-style branches and history for PostgreSQL",
                List.of(section("about neon",
                        command("help", HelpCommand::new),
                        command("version", VersionCommand::new),
                        command("completion", CompletionCommand::new))),
                List.of(command("__complete", () -> new CompleteCommand(LiveValues.NONE))));
    }
}
