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
import java.util.List;
import java.util.Optional;

/** {@code neon checkout}. */
public final class CheckoutCommand extends Command {
    private final Option<String> create = option("-b").label("name").help("make a branch of this name, and check it out").text();
    private final Flag discard = flag("--discard")
            .help("leave what is not committed; alone, begin again at the end of the branch");
    private final Flag restart = flag("--restart").help(HeadText.RESTART);
    private final OptionalParameter<String> revision = parameter("revision").completes(ValueKind.REVISIONS)
            .help("a branch, or any revision; '-' for where HEAD was before; HEAD's branch if left out").optional();

    @Override
    public Description description() {
        return Description.of("Work beside a branch, on a temporary timeline")
                .usage("[--restart] [--discard] [<revision>]")
                .usage("-b <name> [--restart] [<revision>]")
                .usage("--discard [--restart]")
                .text("""
                        Forks a temporary timeline at the end of a branch, or at any revision, and puts HEAD on it. Commands that
                        take a branch mean that where none is named: 'neon start' starts a server there. The branch stays as
                        it is until 'neon commit' brings it there.

                        With -b, makes a branch first. Without a revision it begins where HEAD's temporary timeline does, which is
                        taken over with what is not committed on it.

                        What is not committed is never left by accident: commit it, put it aside with 'neon stash', or say
                        --discard. What was discarded stays in the repository for 'gc.reflogExpire', and 'neon undo' goes back
                        to it.

                        A server on what is left goes on, unless --restart (or checkout.restart in the configuration) takes it
                        along.

                        To work on a branch itself, without committing, use 'neon switch'.
                        """)
                .example("neon checkout main", "Works beside main.")
                .example("neon checkout -b try 'main@{10 minutes ago}'", "Makes a branch of main as it was, and works beside it.")
                .example("neon checkout --discard", "Leaves what was done and begins again.")
                .example("neon checkout -", "Goes back to the branch that HEAD was on before.")
                .exits(HeadExits.NAMING);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Checkouts checkouts = new Checkouts(workspace);
        Checkouts.Options options = new Checkouts.Options(discard.isSet(), HeadText.isRestart(restart, workspace));
        if (create.isPresent()) {
            if (discard.isSet() && !revision.isPresent()) {
                throw new UsageException("'-b' takes along what is not committed, so '--discard' needs a revision");
            }
            create(invocation, workspace, create.get().get(), revision.get(), options);
        } else if (discard.isSet() && !revision.isPresent()) {
            HeadText.print(invocation, workspace, checkouts.discard(options.restart()));
        } else {
            checkout(invocation, workspace, options);
        }
        return ExitCode.OK;
    }

    private static void create(Invocation invocation, Workspace workspace, String name, Optional<String> from,
            Checkouts.Options options) {
        Optional<Point> at = from.map(text -> Workspaces.point(workspace, invocation.output(), text));
        HeadText.print(invocation, workspace, new Checkouts(workspace).checkoutNew(name, at, options));
    }

    private void checkout(Invocation invocation, Workspace workspace, Checkouts.Options options) {
        Checkouts checkouts = new Checkouts(workspace);
        Optional<Checkouts.Place> before = revision.get().filter("-"::equals).map(_ -> checkouts.previous());
        Optional<String> named = before.isPresent() ? before.get().branch().map(RefName::shortName) : revision.get();
        if (named.isEmpty() && before.isEmpty()) {
            named = checkouts.state().head().branch().map(RefName::shortName);
        }
        Optional<RefName> branch = named.flatMap(workspace.resolver()::branchNamed);
        Optional<RefName> remote = branch.isPresent() ? Optional.empty() : named.flatMap(name -> onlyRemote(workspace, name));
        if (remote.isPresent()) {
            invocation.output().note("branch " + named.get() + " begins at " + remote.get().shortName());
            create(invocation, workspace, named.get(), Optional.of(remote.get().shortName()), options);
            return;
        }
        Point at = named.isPresent() ? Workspaces.point(workspace, invocation.output(), named.get())
                : before.flatMap(Checkouts.Place::at).orElseThrow(() -> new NotFoundException(
                        "HEAD is on a temporary timeline of no branch", "Name what to check out, for example 'neon checkout main'; 'neon branch' lists the branches."));
        checkouts.checkout(at, branch, options).ifPresentOrElse(moved -> HeadText.print(invocation, workspace, moved),
                () -> invocation.output().note("Already " + HeadText.title(checkouts.state().work().orElseThrow())));
    }

    /** The branch of a remote that is meant by a name that nothing here has, as git takes it, if only one remote has it. */
    static Optional<RefName> onlyRemote(Workspace workspace, String name) {
        if (RefName.of("refs/tags/" + name).flatMap(workspace.repository().refs()::read).isPresent()) {
            return Optional.empty();
        }
        List<RefName> found = workspace.repository().refs().list(RefName.Kind.REMOTE_BRANCH).keySet().stream()
                .filter(ref -> ref.shortName().substring(ref.shortName().indexOf('/') + 1).equals(name)).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }
}
