package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Interruption;
import dev.neon.cli.io.Version;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.daemon.Daemon;
import dev.neon.compute.daemon.DaemonFiles;
import dev.neon.compute.daemon.DaemonLog;
import dev.neon.compute.daemon.DaemonSettings;
import dev.neon.compute.daemon.NeonProgram;
import dev.neon.compute.daemon.ServiceManager;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.repository.Repository;
import java.util.List;
import java.util.function.Consumer;

/** The page server in this process, until it is told to end. */
final class Foreground {
    private Foreground() {}

    /**
     * Runs it. Its log has what happens; people who watch see it, too.
     *
     * @throws NotARepositoryException if the repository is moved or deleted meanwhile
     */
    static ExitCode run(Invocation invocation, Workspace workspace, DaemonSettings settings) {
        Repository repository = workspace.repository();
        Consumer<String> log = log(invocation, repository);
        Daemon daemon = Daemon.start(settings, program(invocation, repository), Workspaces.each(invocation, repository.directory(), log), log);
        invocation.output().note(PageServerText.STARTED);
        try {
            daemon.awaitEnd();
        } catch (InterruptedException told) {
            Interruption.finish(daemon::close);
            return ExitCode.OK;
        }
        Interruption.finish(daemon::close);
        throw new NotARepositoryException("'" + repository.directory() + "' is not there any more, or another repository is",
                "Start the page server where the repository is now.");
    }

    private static NeonProgram program(Invocation invocation, Repository repository) {
        return new NeonProgram(Version.text(), invocation.environment().launcher().map(launcher -> List.of(launcher.toString(), "--repo",
                repository.directory().toAbsolutePath().toString())).orElse(List.of()),
                ServiceManager.restart(repository.context().process().pid(), invocation.environment().variables()), ExitCode.BUSY.number());
    }

    /** Without a watcher, what cannot be written into the log goes where the process's errors go: once into that very file. */
    private static Consumer<String> log(Invocation invocation, Repository repository) {
        boolean isWatched = !invocation.output().isQuiet();
        DaemonLog file = new DaemonLog(new DaemonFiles(repository).log(), repository.context().clock(), repository.context().process().pid(),
                line -> {
                    if (!isWatched) {
                        print(invocation, line);
                    }
                });
        return line -> {
            file.accept(line);
            if (isWatched) {
                print(invocation, line);
            }
        };
    }

    private static void print(Invocation invocation, String line) {
        invocation.environment().err().println(line);
        invocation.environment().err().flush();
    }
}
