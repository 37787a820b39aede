package dev.neon.cli.command.hook;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Output;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.RefName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code neon hook install}. */
public final class HookInstallCommand extends Command {
    @Override
    public Description description() {
        return Description.of("Have the database follow git's branch")
                .text("""
                        Writes a post-checkout hook for git. From then on 'git switch' and 'git checkout' of a branch put HEAD on the
                        database branch of the same name, as 'neon switch' does. A branch that is new begins at the end of the
                        database branch of the git branch that it was made from. A server that runs where HEAD was is stopped and started
                        on the new branch, on the same port.

                        What is not committed on a temporary timeline is never left: the database stays where it is, and the hook says
                        so. git's checkout does not fail by it.

                        'neon config set hook.restart false' leaves servers alone. 'hook.mode = checkout' puts HEAD on a
                        temporary timeline of the branch, as 'neon checkout' does.

                        The hook is written where git looks for it, which is for all work trees of a repository the same place. A
                        hook that is there already is kept, and the line to add to it is shown. '.neon' is added to
                        .git/info/exclude if git does not ignore it.
                        """)
                .example("neon hook install", "Installs it for the git repository of the current directory.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Git git = new Git(invocation.environment());
        WorkTree tree = git.workTree();
        HookSettings.of(workspace.repository().config());
        Path repository = workspace.repository().directory();
        Optional<Path> below = tree.relative(repository);
        Optional<Path> launcher = invocation.environment().launcher();
        HookFile hook = new HookFile(tree);
        hook.write(below.orElse(repository), launcher);
        Output output = invocation.output();
        output.line("installed " + hook.path());
        if (!hook.path().startsWith(tree.common())) {
            output.warning("git's core.hooksPath puts hooks there, maybe those of other repositories, too; they are left alone");
        }
        if (below.isPresent()) {
            new GitExcludes(invocation.environment(), git).add(below.get()).ifPresent(file ->
                    output.note("added /" + below.get() + "/ to " + file + ", since git did not ignore it"));
        }
        git.branch().ifPresent(branch -> nameOfTheFirst(output, workspace, branch));
        return ExitCode.OK;
    }

    /** git may have called its first branch master where neon's is main. */
    private static void nameOfTheFirst(Output output, Workspace workspace, String branch) {
        List<RefName> branches = List.copyOf(workspace.repository().refs().list(RefName.Kind.BRANCH).keySet());
        if (branches.size() == 1 && !branches.getFirst().shortName().equals(branch)) {
            output.note("git is on branch " + branch + "; 'neon branch -m " + branches.getFirst().shortName() + ' ' + branch
                    + "' gives the database's only branch that name");
        }
    }
}
