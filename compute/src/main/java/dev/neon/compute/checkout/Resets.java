package dev.neon.compute.checkout;

import dev.neon.compute.checkout.HeadChange.Leaving;
import dev.neon.compute.checkout.HeadChange.Uncommitted;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.revision.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings HEAD's branch to another point. */
public final class Resets {
    private final Workspace workspace;
    private final HeadChange change;

    public Resets(Workspace workspace) {
        this.workspace = workspace;
        this.change = new HeadChange(workspace);
    }

    /**
     * Brings HEAD's branch to a point, and HEAD with it.
     *
     * @param preserve a name for what the branch was before
     * @throws dev.neon.repo.error.AlreadyExistsException if there is a branch of the name that is to preserve it
     * @throws ConflictException if the branch is protected, or HEAD's timeline has something that is not committed
     * @throws dev.neon.repo.error.BusyException if a server runs on what is left, and is not to be taken along
     */
    public Moved reset(Point at, String revision, Optional<String> preserve, Checkouts.Options options) {
        HeadState state = HeadState.read(workspace);
        if (!options.discard()) {
            HeadChange.requireNothingAhead(state, "cannot reset");
        }
        Optional<RefName> preserved = preserve.map(name -> workspace.branches().requireNew(name, "Preserve what there is under another name."));
        String command = "reset: moving to " + revision;
        if (state.head().branch().isEmpty()) {
            return change.toTemporary(state, at, Optional.empty(), command, new Leaving(Uncommitted.ABANDONED, options.restart()), _ -> { });
        }
        RefName branch = state.head().branch().get();
        RefTarget old = workspace.repository().refs().read(branch).orElseThrow(() -> new NotFoundException(
                "branch '" + branch.shortName() + "' does not exist", "'neon switch -c <name>' makes one."));
        if (preserve.isEmpty() && new BranchSettings(workspace.repository().config()).isProtected(branch)) {
            throw new ConflictException("cannot reset branch '" + branch.shortName() + "': it is protected",
                    "Keep what it is under a name with '--preserve-under-name', or 'neon branch --unprotect "
                            + branch.shortName() + "'.");
        }
        Followers servers = new Followers(workspace, options.restart());
        try (NewTimelines made = new NewTimelines(workspace, "reset")) {
            TimelineId timeline = made.fork(at, command);
            servers.prepare(HeadChange.timeline(old), timeline);
            servers.require(HeadChange.timeline(old), "branch '" + branch.shortName() + "'");
            Consumer<RefTransaction> changes = transaction -> {
                transaction.update(branch, old, new RefTarget.Timeline(timeline));
                preserved.ifPresent(name -> transaction.create(name, old));
            };
            Moved moved = state.head() instanceof Head.OnBranch on
                    ? change.toBranch(state, on.name(), at, command, new Leaving(Uncommitted.STAYS, false), changes)
                    : change.toTemporary(state, at, Optional.of(branch), command, new Leaving(Uncommitted.ABANDONED, options.restart()), changes);
            made.keep();
            workspace.timelines().discardUnnamed(HeadChange.timeline(old));
            List<StartRequest> restart = new ArrayList<>(moved.restart());
            restart.addAll(servers.on(timeline, branch.shortName()));
            return new Moved(moved.head(), at, Optional.empty(), restart);
        } catch (RuntimeException failure) {
            servers.back(failure);
            throw failure;
        }
    }
}
