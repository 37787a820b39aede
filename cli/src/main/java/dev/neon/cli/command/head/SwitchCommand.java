package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Checkouts;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import java.util.Optional;

/** {@code neon switch}. */
public final class SwitchCommand extends Command {
    private final Option<String> create = option("-c", "--create").label("name").help("make the branch").text();
    private final Flag discard = flag("--discard").help("leave what is not committed");
    private final Flag restart = flag("--restart").help(HeadText.RESTART);
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.BRANCHES)
            .help("the branch; '-' for the one before; with -c where it begins, HEAD if left out").optional();

    @Override
    public Description description() {
        return Description.of("Put HEAD on a branch itself")
                .usage("[--restart] [--discard] <branch>")
                .usage("-c <name> [--restart] [<revision>]")
                .text("""
                        Puts HEAD on a branch. What a server writes there belongs to the branch at once, so there is nothing to commit.
                        To work beside a branch and commit when it is good, use 'neon checkout'.

                        With -c, makes the branch. Without a revision, a temporary timeline that HEAD is on becomes the branch, with all
                        that was done on it, and its server goes on.
                        """)
                .example("neon switch heikki", "Goes to the branch heikki.")
                .example("neon switch --restart heikki", "Takes the running server along, on the same port.")
                .example("neon switch -c orders", "Makes a branch of where HEAD is.")
                .exits(HeadExits.NAMING);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Checkouts checkouts = new Checkouts(workspace);
        Checkouts.Options options = new Checkouts.Options(discard.isSet(), HeadText.isRestart(restart, workspace));
        if (create.isPresent()) {
            Optional<Point> at = branch.get().map(text -> Workspaces.point(workspace, invocation.output(), text));
            HeadText.print(invocation, workspace, checkouts.switchNew(create.get().get(), at, options));
            return ExitCode.OK;
        }
        String typed = branch.get().orElseThrow(() -> new UsageException("'neon switch' needs the name of a branch"));
        String name = typed.equals("-") ? checkouts.previous().branch().map(RefName::shortName).orElseThrow(() ->
                new NotFoundException("HEAD was on no branch before", "'neon checkout -' goes back to where it was.")) : typed;
        Optional<RefName> remote = workspace.resolver().branchNamed(name).isPresent() ? Optional.empty()
                : CheckoutCommand.onlyRemote(workspace, name);
        if (remote.isPresent()) {
            invocation.output().note("branch " + name + " begins at " + remote.get().shortName());
            HeadText.print(invocation, workspace, checkouts.switchNew(name,
                    Optional.of(workspace.resolver().resolve(remote.get().shortName())), options));
            return ExitCode.OK;
        }
        RefName wanted = Workspaces.branch(workspace, Optional.of(name));
        checkouts.switchTo(wanted, options).ifPresentOrElse(moved -> HeadText.print(invocation, workspace, moved),
                () -> invocation.output().note("Already on branch " + wanted.shortName()));
        return ExitCode.OK;
    }
}
