package dev.neon.cli.command.remote;

import dev.neon.ancestry.Tip;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.RemoteAccess;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.revision.Point;
import dev.neon.sync.Hooks;
import dev.neon.sync.Push;
import dev.neon.sync.Remote;
import dev.neon.sync.Remotes;
import dev.neon.sync.transport.RemoteUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code neon push}. */
public final class PushCommand extends Command {
    private final Flag all = flag("--all").help("all branches");
    private final Flag tags = flag("--tags").help("all tags");
    private final Flag delete = flag("-d", "--delete").help("delete the named branches and tags there");
    private final Flag force = flag("-f", "--force").help("also where something there would be lost");
    private final Flag lease = flag("--force-with-lease").help("as --force, but only where it is as this repository last saw it");
    private final Flag atomic = flag("--atomic").help("all or none");
    private final Flag noVerify = flag("--no-verify").help("do not ask the pre-push hook");
    private final Flag dryRun = flag("-n", "--dry-run").help("only show what would be done");
    private final OptionalParameter<String> remote = parameter("remote").completes(ValueKind.REMOTES)
            .help("the remote, or an address; origin if left out").optional();
    private final Parameters<String> names = parameter("refspec").completes(ValueKind.BRANCHES)
            .help("branches and tags, <revision>:<name>, or :<name> to delete; +… forces one; HEAD's branch if left out").many();

    @Override
    public Description description() {
        return Description.of("Bring history to another repository")
                .text("""
                        Sends what the remote lacks of a branch or tag and moves it there, if that is a fast-forward: if nothing was
                        committed there that is not in what comes. Else it is refused, with the point where the two parted. The refs are changed last,
                        in one step, when all has arrived and was verified; what was broken off goes on where it was.

                        Branches on which a server runs there are not moved, nor are protected ones against their history.
                        """)
                .example("neon push", "Pushes HEAD's branch to origin.")
                .example("neon push origin main v1", "Pushes a branch and a tag.")
                .example("neon push origin try:main", "Moves their main to our try.")
                .example("neon push --delete origin old", "Deletes a branch there.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW, ExitCode.TRANSFER_FAILED, ExitCode.ACCESS_DENIED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        String named = remote.orElse(Remotes.DEFAULT);
        Optional<String> tracking = new Remotes(workspace.repository().config()).find(named).map(Remotes.Configured::name);
        List<Push.Wish> wishes = wishes(workspace, tracking);
        try (Remote other = RemoteAccess.open(invocation, workspace, named, true)) {
            Push.Result result = new Push(workspace.repository(), workspace.wal(), noVerify.isSet() ? Hooks.none() : Hooks.of(workspace.repository()))
                    .run(other, tracking, wishes, atomic.isSet(), dryRun.isSet());
            String address = new Remotes(workspace.repository().config()).find(named)
                    .map(found -> found.pushUrl().orElse(found.url())).orElse(named);
            if (RemoteText.pushed(invocation.output(), address, result.outcomes())) {
                invocation.output().error("some refs were not pushed to '" + RemoteUrl.shown(address) + "'", "", hint(named, result.outcomes()));
                return ExitCode.NEGATIVE;
            }
        }
        return ExitCode.OK;
    }

    private static Optional<String> hint(String named, List<Push.Outcome> outcomes) {
        return outcomes.stream().anyMatch(outcome -> outcome.refusal().filter(why -> why.contains("fast-forward") || why.contains("fetch")).isPresent())
                ? Optional.of("'neon pull " + named + "' brings what is there; 'neon push --force-with-lease' does away with it.") : Optional.empty();
    }

    private List<Push.Wish> wishes(Workspace workspace, Optional<String> tracking) {
        List<Push.Wish> wishes = new ArrayList<>();
        if (all.isSet()) {
            workspace.repository().refs().list(RefName.Kind.BRANCH).forEach((name, target) ->
                    wishes.add(wish(workspace, tracking, Optional.of(target), name, force.isSet(), Optional.of(name))));
        }
        if (tags.isSet()) {
            workspace.repository().refs().list(RefName.Kind.TAG).forEach((name, target) ->
                    wishes.add(wish(workspace, tracking, Optional.of(target), name, force.isSet(), Optional.of(name))));
        }
        names.get().forEach(spec -> wishes.add(wish(workspace, tracking, spec)));
        if (wishes.isEmpty() && !all.isSet() && !tags.isSet()) {
            if (delete.isSet()) {
                throw new UsageException("'--delete' needs the names of branches or tags");
            }
            RefName head = Workspaces.branch(workspace, Optional.empty());
            wishes.add(wish(workspace, tracking, workspace.repository().refs().read(head), head, force.isSet(), Optional.of(head)));
        }
        return wishes;
    }

    private Push.Wish wish(Workspace workspace, Optional<String> tracking, String typed) {
        boolean isForced = force.isSet() || typed.startsWith("+");
        String spec = typed.startsWith("+") ? typed.substring(1) : typed;
        int colon = spec.indexOf(':');
        if (delete.isSet() || colon == 0) {
            String name = spec.substring(colon + 1);
            return wish(workspace, tracking, Optional.empty(), theirs(workspace, tracking, name), isForced, Optional.empty());
        }
        String source = colon < 0 ? spec : spec.substring(0, colon);
        Optional<RefName> ref = named(workspace, source);
        RefTarget target = ref.flatMap(workspace.repository().refs()::read).orElseGet(() -> point(workspace.resolver().resolve(source)));
        RefName name = colon >= 0 ? theirName(spec.substring(colon + 1), ref) : ref.orElseThrow(() -> new NotFoundException(
                "'" + source + "' is neither a branch nor a tag", "Say what it is to be called there: " + source + ":<name>."));
        return wish(workspace, tracking, Optional.of(target), name, isForced, ref);
    }

    private static RefTarget point(Point point) {
        return RefTarget.Point.of(point.timeline(), point.lsn());
    }

    private static Optional<RefName> named(Workspace workspace, String name) {
        for (String full : List.of("refs/branches/" + name, "refs/tags/" + name, name)) {
            Optional<RefName> ref = RefName.of(full).filter(each -> each.kind() == RefName.Kind.BRANCH || each.kind() == RefName.Kind.TAG)
                    .filter(each -> workspace.repository().refs().read(each).isPresent());
            if (ref.isPresent()) {
                return ref;
            }
        }
        return name.equals("HEAD") || name.equals("@") ? workspace.branches().head() : Optional.empty();
    }

    private static RefName theirName(String name, Optional<RefName> source) {
        if (name.startsWith("refs/")) {
            return new RefName(name);
        }
        return source.filter(ref -> ref.kind() == RefName.Kind.TAG).isPresent() ? RefName.tag(name) : RefName.branch(name);
    }

    /** Of what is to be deleted: a branch, unless only a tag of that name is known. */
    private static RefName theirs(Workspace workspace, Optional<String> tracking, String name) {
        if (name.startsWith("refs/")) {
            return new RefName(name);
        }
        boolean isTag = tracking.isPresent()
                && workspace.repository().refs().read(RefName.remoteBranch(tracking.get(), name)).isEmpty()
                && workspace.repository().refs().read(RefName.remoteTag(tracking.get(), name)).isPresent();
        return isTag ? RefName.tag(name) : RefName.branch(name);
    }

    private Push.Wish wish(Workspace workspace, Optional<String> tracking, Optional<RefTarget> source, RefName name, boolean isForced,
            Optional<RefName> local) {
        Optional<Push.Expected> expected = lease.isSet() ? Optional.of(new Push.Expected(tracking.flatMap(remoteName ->
                workspace.repository().refs().read(name.kind() == RefName.Kind.TAG ? RefName.remoteTag(remoteName, name.shortName())
                        : RefName.remoteBranch(remoteName, name.shortName()))).map(RefTarget.Point.class::cast)
                .map(point -> new Tip(point.timeline(), point.lsn())))) : Optional.empty();
        return new Push.Wish(source, name, isForced, expected, local);
    }
}
