package dev.neon.cli.command.hook;

import dev.neon.cli.command.head.HeadText;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.io.Output;
import dev.neon.cli.workspace.Starting;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Checkouts;
import dev.neon.compute.checkout.Moved;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import java.util.Optional;

/** {@code neon hook post-checkout}: what git's hook does. It never fails, since git's checkout would. */
public final class PostCheckoutCommand extends Command {
    private static final String SAYS = "neon: ";

    private final Parameter<String> before = parameter("old").help("what git's HEAD was").required();
    private final Parameter<String> after = parameter("new").help("what git's HEAD is").required();
    private final Parameter<String> isBranch = parameter("flag").help("1 if a branch was checked out, 0 for files").required();

    @Override
    public Description description() {
        return Description.of("Bring the database to git's branch, as the hook does")
                .text("""
                        git calls this after a checkout, with its three arguments (githooks(5)), in a repository where 'neon hook
                        install' was run. It puts HEAD on the database branch of the same name, makes that branch if it is new, and
                        takes a running server along. Files that are checked out, a detached HEAD, rebases and bisections
                        leave the database where it is.

                        Whatever happens, the exit status is 0, so that git's checkout does not fail; what could not be done is told.
                        """)
                .example("neon hook post-checkout \"$@\" || :", "A line for a post-checkout hook of one's own.");
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        if (!isBranch.get().equals("1")) {
            return ExitCode.OK;
        }
        String again = "'git switch' to the branch again";
        try {
            Git git = new Git(invocation.environment());
            Workspace workspace = Workspaces.open(invocation);
            Optional<String> branch = git.branch();
            if (branch.isPresent()) {
                again = "'git switch " + branch.get() + "'";
            }
            follow(invocation, git, workspace, branch);
        } catch (NotARepositoryException nothingToFollow) {
            return ExitCode.OK;
        } catch (NeonException failure) {
            if (Thread.currentThread().isInterrupted()) {
                throw failure;
            }
            stays(invocation.output(), failure, failure.hint().map(hint -> hint + ' ').orElse("") + again + " tries again.");
        }
        return ExitCode.OK;
    }

    private static void stays(Output output, NeonException failure, String hint) {
        output.warning("the database did not follow git: " + failure.getMessage());
        output.hint(hint);
    }

    private static void follow(Invocation invocation, Git git, Workspace workspace, Optional<String> branch) {
        Output output = invocation.output();
        Checkouts checkouts = new Checkouts(workspace);
        if (branch.isEmpty()) {
            if (!git.workTree().isOnItsWay()) {
                output.note(SAYS + "git is on no branch, the database stays on " + HeadText.place(Workspaces.head(workspace)));
            }
            return;
        }
        WorkTree tree = git.workTree();
        if (tree.isLinked() && tree.relative(workspace.repository().directory()).isEmpty()) {
            output.note(SAYS + "this work tree has no database of its own, the one of '" + workspace.repository().directory().getParent()
                    + "' stays on " + HeadText.place(Workspaces.head(workspace)));
            return;
        }
        HookSettings settings = HookSettings.of(workspace.repository().config());
        RefName name = RefName.branch(branch.get());
        boolean isNew = workspace.repository().refs().read(name).isEmpty();
        Optional<Instance> there = isNew ? Optional.empty() : serverOn(workspace, name, settings);
        Checkouts.Options options = new Checkouts.Options(false, settings.isRestart() && there.isEmpty());
        if (isNew) {
            NewBranchStart.Start start = new NewBranchStart(workspace, git).of(branch.get(), Workspaces.head(workspace).branch());
            Moved moved = settings.mode() == HookSettings.Mode.SWITCH ? checkouts.switchNew(branch.get(), start.at(), options)
                    : checkouts.checkoutNew(branch.get(), start.at(), options);
            output.note(SAYS + "database branch " + branch.get() + " made from " + start.name() + " at " + moved.at().lsn());
            servers(invocation, workspace, moved, there);
            return;
        }
        Optional<Moved> moved = settings.mode() == HookSettings.Mode.SWITCH ? checkouts.switchTo(name, options)
                : checkouts.checkout(workspace.resolver().resolve(name.full()), Optional.of(name), options);
        if (moved.isPresent()) {
            output.note(SAYS + "database now on " + HeadText.place(moved.get().head()) + " at " + moved.get().at().lsn());
            servers(invocation, workspace, moved.get(), there);
        }
    }

    /** The server that is on the branch already; a temporary timeline that is to be made has none. */
    private static Optional<Instance> serverOn(Workspace workspace, RefName branch, HookSettings settings) {
        return settings.mode() == HookSettings.Mode.CHECKOUT ? Optional.empty()
                : workspace.repository().refs().read(branch).map(Branches::timelineOf).flatMap(workspace.instances()::find);
    }

    /** Takes along what is to come, and says what stays. */
    private static void servers(Invocation invocation, Workspace workspace, Moved moved, Optional<Instance> there) {
        moved.left().ifPresent(left -> invocation.output().note(SAYS + "the server on port " + left.port() + " stays on " + left.label()
                + there.map(own -> ", " + own.label() + " has its own on port " + own.port())
                        .orElse("; 'neon stop " + left.label() + "' ends it, 'neon start' starts one here")));
        for (StartRequest request : moved.restart()) {
            try {
                Starting.announce(invocation, request.label() + ", port " + request.port().orElseThrow(),
                        () -> workspace.start(request));
            } catch (NeonException failure) {
                invocation.output().warning("the server did not follow: " + failure.getMessage());
                invocation.output().hint(failure.hint().map(hint -> hint + ' ').orElse("") + "'neon start' starts it.");
            }
        }
    }
}
