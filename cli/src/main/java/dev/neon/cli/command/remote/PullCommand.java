package dev.neon.cli.command.remote;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.Tip;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.sync.Fetch;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.RefUpdates;
import dev.neon.sync.Remotes;
import java.util.List;
import java.util.Optional;

/** {@code neon pull}. */
public final class PullCommand extends Command {
    private final OptionalParameter<String> remote = parameter("remote").completes(ValueKind.REMOTES)
            .help("the remote; origin if left out").optional();
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.BRANCHES)
            .help("the branch, HEAD's if left out").optional();

    @Override
    public Description description() {
        return Description.of("Fetch, and bring a branch forward")
                .text("""
                        Fetches from a remote and brings the branch to where the remote's of the same name is, if nothing was committed
                        here since the two parted. Else nothing moves, and what can be done is said. A server on the branch has to be
                        stopped first: it goes on from another timeline after that.
                        """)
                .example("neon pull", "Brings HEAD's branch to where origin's is.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW, ExitCode.TRANSFER_FAILED, ExitCode.ACCESS_DENIED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        RefName name = branch.isPresent() ? RefName.branch(branch.get().get()) : Workspaces.branch(workspace, Optional.empty());
        String named = remote.orElse(Remotes.DEFAULT);
        Fetch.Result fetched = FetchCommand.fetch(invocation, workspace, named, Fetch.Request.ALL);
        RefTarget.Point theirs = Optional.ofNullable(fetched.refs().refs().get(name)).orElseThrow(() -> new NotFoundException(
                "'" + named + "' has no branch '" + name.shortName() + "'", "'neon ls-remote " + named + "' lists what it has."));
        Optional<RefTarget> own = workspace.repository().refs().read(name);
        Ancestry ancestry = new Ancestry(workspace.repository(), workspace.wal());
        Optional<RefTarget.Point> ours = own.map(ancestry::point);
        Tip tip = new Tip(theirs.timeline(), theirs.lsn());
        if (ours.isPresent() && ancestry.comesBefore(tip, new Tip(ours.get().timeline(), ours.get().lsn()))) {
            invocation.output().note("Already up to date");
            return ExitCode.OK;
        }
        if (ours.isPresent()) {
            requireForward(workspace, ancestry, name, ours.get(), tip, named);
        }
        forward(workspace, name, ours, theirs, named);
        invocation.output().note(ours.map(point -> "Fast-forward " + name.shortName() + ": " + point.lsn() + ".." + theirs.lsn())
                .orElse("new branch " + name.shortName() + " at " + theirs.lsn()));
        return ExitCode.OK;
    }

    private static void requireForward(Workspace workspace, Ancestry ancestry, RefName name, RefTarget.Point ours, Tip theirs,
            String named) {
        Tip own = new Tip(ours.timeline(), ours.lsn());
        if (!ancestry.comesBefore(own, theirs)) {
            String here = ancestry.common(own, theirs).map(fork -> "since " + fork + ": "
                    + Sizes.bytes(ancestry.bytesSince(own, fork)) + " of WAL here, " + Sizes.bytes(ancestry.bytesSince(theirs, fork))
                    + " there").orElse("and have no history in common");
            String shortName = name.shortName();
            throw new ConflictException("'" + shortName + "' and '" + named + '/' + shortName + "' have both gone on " + here,
                    "Keep both with 'neon branch mine " + shortName + "', then take theirs with "
                            + (isRunning(workspace, name) ? "'neon stop " + shortName + "' and " : "") + "'neon branch -f " + shortName
                            + ' ' + named + '/' + shortName + "'; or have yours there with 'neon push --force-with-lease " + named + ' '
                            + shortName + "'.");
        }
        if (isRunning(workspace, name)) {
            throw new BusyException("a server is running on branch '" + name.shortName() + "'",
                    "Stop it with 'neon stop " + name.shortName() + "', pull, and start it again.");
        }
    }

    private static boolean isRunning(Workspace workspace, RefName branch) {
        return workspace.repository().refs().read(branch).filter(RefTarget.Timeline.class::isInstance)
                .map(line -> ((RefTarget.Timeline) line).id()).flatMap(workspace.instances()::find).isPresent();
    }

    private static void forward(Workspace workspace, RefName name, Optional<RefTarget.Point> ours, RefTarget.Point theirs, String named) {
        RefUpdates updates = new RefUpdates(workspace.repository(), workspace.wal(), timeline -> workspace.instances().find(timeline).isPresent());
        updates.run(List.of(new RefUpdate(name, ours, Optional.of(theirs), false)), true, "pull " + named).stream()
                .flatMap(outcome -> outcome.refusal().stream()).findFirst().ifPresent(why -> {
                    throw new ConflictException("'" + name.shortName() + "' cannot be brought forward: " + why);
                });
    }
}
