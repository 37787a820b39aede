package dev.neon.cli.command;

import static dev.neon.cli.framework.CommandTree.command;
import static dev.neon.cli.framework.CommandTree.group;
import static dev.neon.cli.framework.CommandTree.section;

import dev.neon.cli.command.bundle.BundleCreateCommand;
import dev.neon.cli.command.bundle.BundleVerifyCommand;
import dev.neon.cli.command.config.ConfigGetCommand;
import dev.neon.cli.command.config.ConfigListCommand;
import dev.neon.cli.command.config.ConfigSetCommand;
import dev.neon.cli.command.config.ConfigUnsetCommand;
import dev.neon.cli.command.head.CheckoutCommand;
import dev.neon.cli.command.head.CommitCommand;
import dev.neon.cli.command.head.OpLogCommand;
import dev.neon.cli.command.head.OpRestoreCommand;
import dev.neon.cli.command.head.OpShowCommand;
import dev.neon.cli.command.head.RedoCommand;
import dev.neon.cli.command.head.ReflogCommand;
import dev.neon.cli.command.head.ResetCommand;
import dev.neon.cli.command.head.RestoreCommand;
import dev.neon.cli.command.head.StashCommand;
import dev.neon.cli.command.head.SwitchCommand;
import dev.neon.cli.command.head.UndoCommand;
import dev.neon.cli.command.hook.HookInstallCommand;
import dev.neon.cli.command.hook.HookStatusCommand;
import dev.neon.cli.command.hook.HookUninstallCommand;
import dev.neon.cli.command.hook.PostCheckoutCommand;
import dev.neon.cli.command.instance.LogsCommand;
import dev.neon.cli.command.diff.DiffCommand;
import dev.neon.cli.command.log.LogCommand;
import dev.neon.cli.command.page.PageCommand;
import dev.neon.cli.command.page.RelationsCommand;
import dev.neon.cli.command.pageserver.PageServerInstallCommand;
import dev.neon.cli.command.pageserver.PageServerLogsCommand;
import dev.neon.cli.command.pageserver.PageServerRestartCommand;
import dev.neon.cli.command.pageserver.PageServerStartCommand;
import dev.neon.cli.command.pageserver.PageServerStatusCommand;
import dev.neon.cli.command.pageserver.PageServerStopCommand;
import dev.neon.cli.command.pg.PgCreateCommand;
import dev.neon.cli.command.pg.PgDestroyCommand;
import dev.neon.cli.command.pg.PgListCommand;
import dev.neon.cli.command.pg.PgStartCommand;
import dev.neon.cli.command.pg.PgStopCommand;
import dev.neon.cli.command.postgres.PostgresInstallCommand;
import dev.neon.cli.command.postgres.PostgresListCommand;
import dev.neon.cli.command.remote.BackfillCommand;
import dev.neon.cli.command.remote.CloneCommand;
import dev.neon.cli.command.remote.FetchCommand;
import dev.neon.cli.command.remote.LsRemoteCommand;
import dev.neon.cli.command.remote.PullCommand;
import dev.neon.cli.command.remote.PushCommand;
import dev.neon.cli.command.remote.RemoteCommand;
import dev.neon.cli.command.remote.ServeCommand;
import dev.neon.cli.command.remote.UpdateServerInfoCommand;
import dev.neon.cli.command.snapshot.SnapshotCreateCommand;
import dev.neon.cli.command.snapshot.SnapshotDeleteCommand;
import dev.neon.cli.command.snapshot.SnapshotListCommand;
import dev.neon.cli.command.wal.WalDumpCommand;
import dev.neon.cli.command.wal.WalStatsCommand;
import dev.neon.cli.command.wal.WalVerifyCommand;
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
                                command("clone", CloneCommand::new),
                                command("demo", DemoCommand::new)),
                        section("branches and points",
                                command("branch", BranchCommand::new),
                                command("tag", TagCommand::new),
                                command("log", LogCommand::new),
                                command("diff", DiffCommand::new),
                                command("status", StatusCommand::new)),
                        section("the working day",
                                command("checkout", CheckoutCommand::new),
                                command("switch", SwitchCommand::new),
                                command("commit", CommitCommand::new),
                                command("stash", StashCommand::new),
                                command("reset", ResetCommand::new),
                                command("restore", RestoreCommand::new),
                                command("undo", UndoCommand::new),
                                command("redo", RedoCommand::new),
                                command("reflog", ReflogCommand::new),
                                group("op", "Look at operations, and go back to one",
                                        command("op log", OpLogCommand::new),
                                        command("op show", OpShowCommand::new),
                                        command("op restore", OpRestoreCommand::new)),
                                group("hook", "Have the database follow git's branch",
                                        command("hook install", HookInstallCommand::new),
                                        command("hook uninstall", HookUninstallCommand::new),
                                        command("hook status", HookStatusCommand::new),
                                        command("hook post-checkout", PostCheckoutCommand::new))),
                        section("other repositories",
                                command("remote", RemoteCommand::new),
                                command("fetch", FetchCommand::new),
                                command("backfill", BackfillCommand::new),
                                command("pull", PullCommand::new),
                                command("push", PushCommand::new),
                                command("ls-remote", LsRemoteCommand::new),
                                command("serve", ServeCommand::new),
                                command("update-server-info", UpdateServerInfoCommand::new),
                                group("bundle", "Carry history in a file",
                                        command("bundle create", BundleCreateCommand::new),
                                        command("bundle verify", BundleVerifyCommand::new))),
                        section("servers",
                                command("start", StartCommand::new),
                                command("stop", StopCommand::new),
                                command("restart", RestartCommand::new),
                                command("ps", PsCommand::new),
                                command("psql", PsqlCommand::new),
                                command("connection-string", ConnectionStringCommand::new),
                                group("instance", "Look at a server",
                                        command("instance logs", LogsCommand::new)),
                                group("pageserver", "Serve all branches on one port",
                                        command("pageserver start", PageServerStartCommand::new),
                                        command("pageserver stop", PageServerStopCommand::new),
                                        command("pageserver restart", PageServerRestartCommand::new),
                                        command("pageserver status", PageServerStatusCommand::new),
                                        command("pageserver logs", PageServerLogsCommand::new),
                                        command("pageserver install", PageServerInstallCommand::new)),
                                group("pg", "Handle instances in the older spelling",
                                        command("pg create", PgCreateCommand::new),
                                        command("pg start", PgStartCommand::new),
                                        command("pg stop", PgStopCommand::new),
                                        command("pg list", PgListCommand::new),
                                        command("pg destroy", PgDestroyCommand::new))),
                        section("states",
                                group("snapshot", "Keep states from which branches are rebuilt",
                                        command("snapshot create", SnapshotCreateCommand::new),
                                        command("snapshot list", SnapshotListCommand::new),
                                        command("snapshot delete", SnapshotDeleteCommand::new)),
                                command("gc", GcCommand::new),
                                command("du", DuCommand::new),
                                command("lease", LeaseCommand::new),
                                command("export", ExportCommand::new),
                                command("relations", RelationsCommand::new),
                                command("page", PageCommand::new)),
                        section("write-ahead log",
                                group("wal", "Look into the write-ahead log",
                                        command("wal dump", WalDumpCommand::new),
                                        command("wal stats", WalStatsCommand::new),
                                        command("wal verify", WalVerifyCommand::new))),
                        section("settings and plumbing",
                                group("config", "Read and change the configuration",
                                        command("config get", ConfigGetCommand::new),
                                        command("config set", ConfigSetCommand::new),
                                        command("config unset", ConfigUnsetCommand::new),
                                        command("config list", ConfigListCommand::new)),
                                group("postgres", "Manage the embedded PostgreSQL versions",
                                        command("postgres list", PostgresListCommand::new),
                                        command("postgres install", PostgresInstallCommand::new)),
                                command("fsck", FsckCommand::new),
                                command("upgrade", UpgradeCommand::new),
                                command("rev-parse", RevParseCommand::new)),
                        section("about neon",
                                command("help", HelpCommand::new),
                                command("version", VersionCommand::new),
                                command("completion", CompletionCommand::new))),
                List.of(command("__complete", () -> new CompleteCommand(new RepositoryValues()))));
    }
}
