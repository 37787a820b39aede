package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Each;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Style;
import dev.neon.cli.io.Table;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.BranchListing;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Reach;
import dev.neon.compute.workspace.Workspace;
import dev.neon.gc.BranchExpiry;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code neon branch}. */
final class BranchCommand extends Command {
    private final Flag delete = flag("-d", "--delete").help("delete a branch");
    private final Flag deleteForced = flag("-D").help("delete a branch even if it is the last name of history");
    private final Flag move = flag("-m", "--move").help("rename a branch");
    private final Flag force = flag("-f", "--force").help("replace a branch that exists, or delete regardless");
    private final Option<String> expires = option("--expires").label("when")
            .help("when the branch is to go: after a duration as 7d, at a time, or never").text();
    private final Flag protect = flag("--protect").help("refuse to delete or replace the branch");
    private final Flag unprotect = flag("--unprotect").help("lift the protection");
    private final Flag deleteExpired = flag("--delete-expired").help("delete the branches whose time is over");
    private final Flag dryRun = flag("--dry-run").help("with --delete-expired, show them only");
    private final Flag json = json();
    private final Flag porcelain = porcelain();
    private final OptionalParameter<String> name = parameter("name").completes(ValueKind.BRANCHES)
            .help("the branch").optional();
    private final OptionalParameter<String> second = parameter("revision").completes(ValueKind.REVISIONS)
            .help("where the branch begins, HEAD if left out; with -m the new name").optional();
    private final Parameters<String> more = parameter("more").completes(ValueKind.BRANCHES)
            .help("with -d, --protect or --unprotect, further branches").many();

    @Override
    public Description description() {
        return Description.of("List, create, rename or delete branches")
                .usage("[--json | --porcelain]")
                .usage("[-f] [--expires <when>] <name> [<revision>]")
                .usage("--expires (<when> | never) <name>")
                .usage("(--protect | --unprotect) <name>...")
                .usage("--delete-expired [--dry-run]")
                .usage("-m [-f] [<old>] <new>")
                .usage("(-d | -D) <name>...")
                .text("""
                        Without a name, lists the branches: the end of each one's WAL, its age, the WAL that it alone has,
                        and the server that runs on it. HEAD's branch is marked with a star.

                        With a name, makes a branch that begins at a revision. That writes a few small files, whatever
                        the size of the database, and needs no server to be stopped: the branch begins at the last whole
                        record that is on disk.

                        A deleted branch's timeline stays in the repository until it is collected;
                        'neon branch <name> <timeline-id>' brings it back.

                        A branch that expires is deleted by '--delete-expired' when its time is over, as 'neon branch -D'
                        would, unless it is protected, HEAD is on it or a server runs on it. A protected branch can neither
                        be deleted nor replaced. Both go with the name when the branch is renamed.
                        """)
                .example("neon branch", "Lists the branches.")
                .example("neon branch heikki main", "Makes the branch heikki at the end of main.")
                .example("neon branch old main@0/15E0000", "Makes a branch at an earlier point of main.")
                .example("neon branch rescue 'main@{5 minutes ago}'", "Makes a branch of main as it was then.")
                .example("neon branch --expires 7d try main", "Makes a branch that is to go in a week.")
                .example("neon branch -m heikki feature", "Renames it.")
                .example("neon branch --protect main", "Keeps main from being deleted.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.CONFLICT,
                        ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        refuseWhatDoesNotFit();
        Workspace workspace = Workspaces.open(invocation);
        if (deleteExpired.isSet()) {
            ExpiredBranches branches = new ExpiredBranches(workspace, invocation);
            List<BranchExpiry.Expired> expired = branches.run(dryRun.isSet());
            if (json.isSet()) {
                branches.json(expired);
            } else {
                branches.print(expired, dryRun.isSet());
            }
        } else if (protect.isSet() || unprotect.isSet()) {
            Each.of(names("--protect' or '--unprotect"), invocation.output(),
                    branch -> workspace.branches().setProtected(branch, protect.isSet()));
        } else if (isDelete()) {
            delete(workspace, invocation.output());
        } else if (move.isSet()) {
            rename(workspace, invocation.output());
        } else if (isForExisting(workspace)) {
            workspace.branches().setExpires(name.get().orElseThrow(), expires(invocation));
        } else if (name.isPresent()) {
            create(workspace, invocation);
        } else {
            list(workspace, invocation);
        }
        return ExitCode.OK;
    }

    /** Whether a branch that is there is to expire; another is made. */
    private boolean isForExisting(Workspace workspace) {
        return expires.isPresent() && !second.isPresent() && !force.isSet() && (expires.get().get().equals("never")
                || workspace.repository().refs().read(RefName.branch(name.get().orElseThrow())).isPresent());
    }

    private Optional<Instant> expires(Invocation invocation) {
        return expires.get().flatMap(when -> Deadline.orNever("--expires", when, invocation));
    }

    private boolean isDelete() {
        return delete.isSet() || deleteForced.isSet();
    }

    /** Nothing that was typed is passed over. */
    private void refuseWhatDoesNotFit() {
        if (isDelete() && move.isSet()) {
            throw new UsageException("'-d' and '-m' exclude each other");
        }
        refuseOtherThan(deleteExpired.isSet() ? Optional.of("--delete-expired") : Optional.empty(),
                isDelete() || move.isSet() || protect.isSet() || unprotect.isSet() || expires.isPresent() || force.isSet()
                        || name.isPresent() || porcelain.isSet());
        refuseOtherThan(protect.isSet() ? Optional.of("--protect") : unprotect.isSet() ? Optional.of("--unprotect")
                : Optional.empty(), isDelete() || move.isSet() || expires.isPresent() || force.isSet()
                || json.isSet() || porcelain.isSet() || protect.isSet() && unprotect.isSet());
        refuseOtherThan(expires.isPresent() ? Optional.of("--expires") : Optional.empty(), isDelete() || move.isSet());
        if (expires.isPresent() && !name.isPresent()) {
            throw new UsageException("'--expires' needs the name of a branch");
        }
        if (dryRun.isSet() && !deleteExpired.isSet()) {
            throw new UsageException("'--dry-run' needs '--delete-expired'");
        }
        if (!isDelete() && !protect.isSet() && !unprotect.isSet() && !more.get().isEmpty()) {
            throw new UsageException("unexpected argument '" + more.get().getFirst() + "'");
        }
        boolean changes = isDelete() || move.isSet();
        if (json.isSet() && changes || porcelain.isSet() && (changes || name.isPresent())) {
            throw new UsageException("'" + (json.isSet() ? "--json" : "--porcelain") + "' has no meaning here",
                    "It shows the list of branches" + (json.isSet() ? " or the new branch." : "."));
        }
        if (!isDelete() && !move.isSet() && force.isSet() && !name.isPresent()) {
            throw new UsageException("'-f' needs the name of a branch");
        }
    }

    private static void refuseOtherThan(Optional<String> option, boolean areThereOthers) {
        if (option.isPresent() && areThereOthers) {
            throw new UsageException("'" + option.get() + "' does not go with what else was given");
        }
    }

    private void create(Workspace workspace, Invocation invocation) {
        Output output = invocation.output();
        String revision = second.orElse("HEAD");
        Point at = Workspaces.point(workspace, output, revision);
        Branches.Created created = workspace.branches().create(name.get().orElseThrow(), at, force.isSet(),
                expires(invocation));
        if (json.isSet()) {
            output.json(out -> out.object(() -> out.put("name", name.get()).put("timeline", created.timeline().hex())
                    .put("lsn", at.lsn().toString())));
        } else {
            output.line("branching at " + (isEndOfWal(workspace, at) ? "end of WAL: " : "") + at.lsn());
        }
        created.replaced().ifPresent(old -> warnOfLoss(output, name.get().orElseThrow() + "-old", old));
    }

    /** A branch's name means the end that was found then: a running server is past it by now. */
    private static boolean isEndOfWal(Workspace workspace, Point at) {
        return at.ref().isPresent() && at.ref().get().kind() == RefName.Kind.BRANCH
                || at.lsn().equals(workspace.positions().end(at.timeline()));
    }

    private void rename(Workspace workspace, Output output) {
        String only = name.get().orElseThrow(() -> new UsageException("'-m' needs the new name"));
        String from = second.isPresent() ? only : Workspaces.branch(workspace, Optional.empty()).shortName();
        String to = second.orElse(only);
        workspace.branches().rename(from, to, force.isSet()).ifPresent(old -> warnOfLoss(output, to + "-old", old));
    }

    private void delete(Workspace workspace, Output output) {
        Reach reach = workspace.branches().reach();
        Each.of(names("-d"), output, branch -> delete(workspace, output, branch, reach));
    }

    private List<String> names(String option) {
        List<String> names = new ArrayList<>();
        names.add(name.get().orElseThrow(() -> new UsageException("'" + option + "' needs the name of a branch")));
        second.get().ifPresent(names::add);
        names.addAll(more.get());
        return names;
    }

    private void delete(Workspace workspace, Output output, String branch, Reach reach) {
        Branches.Dropped deleted = workspace.branches().delete(branch, deleteForced.isSet() || force.isSet(), reach);
        output.line("deleted branch " + branch + " (was " + deleted.timeline() + '@' + deleted.end() + ')');
        warnOfLoss(output, branch, deleted);
    }

    private static void warnOfLoss(Output output, String newName, Branches.Dropped dropped) {
        if (dropped.unshared() > 0) {
            output.warning("it was the last name of " + Sizes.bytes(dropped.unshared()) + " of WAL; to keep it:"
                    + " neon branch " + newName + ' ' + dropped.timeline());
        }
    }

    private void list(Workspace workspace, Invocation invocation) {
        List<BranchListing.Entry> entries = workspace.branchListing().list();
        Output output = invocation.output();
        if (json.isSet()) {
            output.json(out -> out.array(entries, entry -> out.object(() -> out.put("name", entry.name())
                    .put("current", entry.head()).put("timeline", entry.timeline().map(TimelineId::hex))
                    .put("lsn", entry.tip().map(Object::toString)).put("created", entry.created().map(Instant::toString))
                    .put("ownBytes", entry.ownBytes()).put("state", entry.state())
                    .putNumber("port", entry.port()).put("expires", entry.expires().map(Instant::toString))
                    .put("protected", entry.isProtected()).put("problem", entry.problem()))));
        } else if (porcelain.isSet()) {
            entries.forEach(entry -> output.line(String.join("\t", entry.head() ? "*" : " ", entry.name(),
                    entry.timeline().map(TimelineId::hex).orElse("-"), entry.tip().map(Object::toString).orElse("-"),
                    entry.created().map(Instant::toString).orElse("-"), Long.toString(entry.ownBytes()),
                    entry.state(), entry.port().map(Object::toString).orElse("-"))));
        } else {
            Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.RIGHT, Table.Align.RIGHT,
                    Table.Align.LEFT, Table.Align.LEFT);
            entries.forEach(entry -> table.row(row(entry, invocation.environment().clock().instant())));
            invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY), screen -> screen.table(table));
        }
        entries.forEach(entry -> entry.problem()
                .ifPresent(problem -> output.warning("branch '" + entry.name() + "': " + problem)));
    }

    private static Table.Cell[] row(BranchListing.Entry entry, Instant now) {
        String state = entry.port().map(port -> entry.state() + " on port " + port).orElse(entry.state());
        return new Table.Cell[] {
            new Table.Cell((entry.head() ? "* " : "  ") + entry.name(), entry.head() ? Style.GREEN : Style.PLAIN),
            Table.Cell.of(entry.tip().map(Object::toString).orElse("?")),
            Table.Cell.of(entry.created().map(time -> Sizes.duration(Duration.between(time, now).toSeconds()))
                    .orElse("-")),
            Table.Cell.of(Sizes.bytes(entry.ownBytes())),
            Table.Cell.of(state.equals("stopped") ? "" : state),
            Table.Cell.of(lifetime(entry, now))};
    }

    private static String lifetime(BranchListing.Entry entry, Instant now) {
        String expiry = entry.expires().map(time -> time.isAfter(now)
                ? "expires in " + Sizes.duration(Duration.between(now, time).toSeconds()) : "expired").orElse("");
        return entry.isProtected() ? expiry.isEmpty() ? "protected" : "protected, " + expiry : expiry;
    }
}
