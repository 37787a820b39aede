package dev.neon.cli.command;

import static dev.neon.cli.framework.CommandTree.command;
import static dev.neon.cli.framework.CommandTree.group;
import static dev.neon.cli.framework.CommandTree.section;

import dev.neon.cli.command.config.GetCommand;
import dev.neon.cli.command.config.SetCommand;
import dev.neon.cli.command.config.UnsetCommand;
import dev.neon.cli.command.instance.LogsCommand;
import dev.neon.cli.command.pg.DestroyCommand;
import dev.neon.cli.command.postgres.InstallCommand;
import dev.neon.cli.command.snapshot.CreateCommand;
import dev.neon.cli.command.snapshot.DeleteCommand;
import dev.neon.cli.framework.CommandTree;
import java.util.List;

/** The commands of neon, in the order in which the overview shows them. A new command is one line here. */
public final class Commands {
    private Commands() {}

    public static CommandTree tree() {
        return new CommandTree("Git-style branches and history for PostgreSQL",
                List.of(
                        section("start a repository",
                                command("init", InitCommand::new),
                                command("demo", DemoCommand::new)),
                        section("branches and points",
                                command("branch", BranchCommand::new),
                                command("tag", TagCommand::new),
                                command("status", StatusCommand::new)),
                        section("servers",
                                command("start", StartCommand::new),
                                command("stop", StopCommand::new),
                                command("restart", RestartCommand::new),
                                command("ps", PsCommand::new),
                                command("psql", PsqlCommand::new),
                                command("connection-string", ConnectionStringCommand::new),
                                group("instance", "Look at a server",
                                        command("instance logs", LogsCommand::new)),
                                group("pg", "Handle instances in the older spelling",
                                        command("pg create", dev.neon.cli.command.pg.CreateCommand::new),
                                        command("pg start", dev.neon.cli.command.pg.StartCommand::new),
                                        command("pg stop", dev.neon.cli.command.pg.StopCommand::new),
                                        command("pg list", dev.neon.cli.command.pg.ListCommand::new),
                                        command("pg destroy", DestroyCommand::new))),
                        section("states",
                                group("snapshot", "Keep states from which branches are rebuilt",
                                        command("snapshot create", CreateCommand::new),
                                        command("snapshot list", dev.neon.cli.command.snapshot.ListCommand::new),
                                        command("snapshot delete", DeleteCommand::new)),
                                command("export", ExportCommand::new)),
                        section("settings and plumbing",
                                group("config", "Read and change the configuration",
                                        command("config get", GetCommand::new),
                                        command("config set", SetCommand::new),
                                        command("config unset", UnsetCommand::new),
                                        command("config list", dev.neon.cli.command.config.ListCommand::new)),
                                group("postgres", "Manage the embedded PostgreSQL versions",
                                        command("postgres list", dev.neon.cli.command.postgres.ListCommand::new),
                                        command("postgres install", InstallCommand::new)),
                                command("rev-parse", RevParseCommand::new)),
                        section("about neon",
                                command("help", HelpCommand::new),
                                command("version", VersionCommand::new),
                                command("completion", CompletionCommand::new))),
                List.of(command("__complete", () -> new CompleteCommand(new RepositoryValues()))));
    }
}
