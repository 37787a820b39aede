package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.io.Json;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Table;
import dev.neon.cli.workspace.BackgroundCollection;
import dev.neon.cli.workspace.RepositoryRoots;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.SnapshotCreation;
import dev.neon.compute.workspace.Workspace;
import dev.neon.gc.BranchExpiry;
import dev.neon.gc.DiskUse;
import dev.neon.gc.FoldablePoints;
import dev.neon.gc.GarbageCollection;
import dev.neon.gc.RepositoryFacts;
import dev.neon.gc.Root;
import dev.neon.gc.Roots;
import dev.neon.gc.SweepPlan.Kind;
import dev.neon.gc.SweepPlan.Removal;
import dev.neon.gc.TagThinning;
import dev.neon.gc.ThinnedTags;
import dev.neon.gc.TimelineFacts.SnapshotName;
import dev.neon.gc.Trash;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.StorageFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code neon gc}. */
public final class GcCommand extends Command {
    private static final String PRUNE = "gc.pruneExpire";
    private static final Duration GRACE = Duration.ofDays(14);

    private final Flag dryRun = flag("-n", "--dry-run").help("only show what would go");
    private final Flag explain = flag("--explain").help("show who needs how much, and change nothing");
    private final Flag aggressive = flag("--aggressive")
            .help("first make snapshots at points that are needed alone, so that the WAL before them can go");
    private final Flag auto = flag("--auto").help("do nothing unless there is enough to do; for scripts and neon itself");
    private final Option<String> prune = option("--prune").label("time")
            .help("delete for good what was removed longer ago: '2w', 'now' or 'never'").text();
    private final Flag list = flag("--list").help("show what the trash has");
    private final Option<String> restore = option("--restore").label("id").help("put back what one gc has removed").text();
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("Remove what no branch, tag or lease needs")
                .text("""
                        Everything is kept that is needed by a branch, a tag, a remote-tracking ref, a lease, a running server, or by \
                        what a ref was in the last 90 days ('gc.reflogExpire'). A branch needs its history as far back as \
                        'gc.pitrInterval' (a time) or 'gc.horizon' (bytes of WAL) say, whichever is longer, and all of it where \
                        neither is set; 'branch.<name>.pitrInterval' and 'branch.<name>.horizon' hold for one branch. A tag needs \
                        one point. The rest goes: timelines, snapshots that no point needs, WAL.

                        What goes is moved to the trash, from which 'neon gc --restore' puts it back, and deleted after two weeks \
                        ('gc.pruneExpire', or '--prune'). With '--prune=now' it is deleted at once, and the trash with it: that \
                        also works on a full disk.

                        Branches whose time is over are deleted first ('neon branch --expires'), and automatic tags where 'gc.keepLast' and \
                        its like say how many stay ('neon tag --thin'). What they named goes when the operation log lets go of it.

                        Where much WAL has come since a branch's last snapshot ('snapshot.distance', 256MB if not set), a snapshot is \
                        made first. Servers may run, and other commands as well. With '--aggressive', snapshots are also made at tags, forks \
                        and horizons to which more than 32 MB of WAL lead that nobody asks for: that WAL can then go, and the snapshots \
                        before. It takes longer, and is worth it where tags are old.

                        After 'neon start' and 'neon stop', a 'neon gc --auto' goes on in the background once a day, or where a \
                        snapshot is due. What it says is in '.neon/logs/gc.log'. 'gc.auto = false' turns it off.
                        """)
                .example("neon gc --dry-run", "Shows what would go.")
                .example("neon gc", "Moves to the trash what nobody needs.")
                .example("neon gc --explain", "Shows who needs how much, and what would be free without each.")
                .example("neon gc --aggressive", "Makes snapshots at old tags, so that more can go.")
                .example("neon gc --prune=now", "Deletes it at once.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.CONFLICT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        long modes = Stream.of(dryRun.isSet(), explain.isSet(), list.isSet(), restore.isPresent())
                .filter(Boolean::booleanValue).count();
        if (modes > 1 || modes == 1 && (prune.isPresent() || auto.isSet())) {
            throw new UsageException("'--dry-run', '--explain', '--list', '--restore' exclude each other, and --prune and --auto");
        }
        Workspace workspace = Workspaces.openWithoutFetching(invocation);
        Output output = invocation.output();
        if (list.isSet()) {
            list(trash(workspace).list(), output);
        } else if (restore.isPresent()) {
            int count = trash(workspace).restore(restore.get().get());
            output.note("put back " + Sizes.count(count, "thing"));
        } else if (explain.isSet()) {
            explain(workspace, output);
        } else if (!auto.isSet()) {
            collect(workspace, invocation);
        } else if (new BackgroundCollection(workspace).begin()) {
            collectBesideOthers(workspace, invocation);
        }
        return ExitCode.OK;
    }

    private static Trash trash(Workspace workspace) {
        return new Trash(workspace.repository(), workspace.snapshots());
    }

    /** Nobody has asked for this one now, so another that is under way does as well. */
    private void collectBesideOthers(Workspace workspace, Invocation invocation) {
        try {
            collect(workspace, invocation);
        } catch (BusyException other) {
            invocation.output().note(other.getMessage());
        }
    }

    /** Drops the names whose time is over: of branches, and of automatic tags where the configuration says how many stay. */
    private void letGo(Workspace workspace, Invocation invocation) {
        ExpiredBranches branches = new ExpiredBranches(workspace, invocation);
        List<BranchExpiry.Expired> expired = branches.run(dryRun.isSet());
        if (!json.isSet()) {
            branches.print(expired, dryRun.isSet());
        }
        TagThinning.Policy policy = TagThinning.Policy.of(workspace.repository().config());
        if (!policy.isEmpty()) {
            ThinnedTags tags = new ThinnedTags(workspace.repository());
            List<ThinnedTags.Series> series = tags.decide(List.of(), policy);
            series.stream().flatMap(each -> each.decisions().stream()).filter(decision -> !decision.isKept())
                    .forEach(decision -> invocation.output().note((dryRun.isSet() ? "would delete" : "deleted")
                            + " automatic tag " + decision.tag().tag().shortName()));
            if (!dryRun.isSet()) {
                tags.delete(series);
            }
        }
        if (!dryRun.isSet()) {
            workspace.repository().leases().removeExpired(invocation.environment().clock().instant());
        }
    }

    private void collect(Workspace workspace, Invocation invocation) {
        Output output = invocation.output();
        Optional<Duration> grace = grace(workspace);
        try {
            letGo(workspace, invocation);
        } catch (StorageFailedException failure) {
            // On a full disk: what is collected after this may be what makes room.
            output.warning(failure.getMessage() + "; not all whose time is over have been let go");
        }
        GarbageCollection collection = new GarbageCollection(workspace.repository(), workspace.snapshots(),
                facts -> RepositoryRoots.read(workspace, facts), workspace.instances()::discard);
        GarbageCollection.Result result;
        if (dryRun.isSet()) {
            if (aggressive.isSet()) {
                foldable(workspace).forEach(point -> output.note("would make " + snapshotAt(point.timeline(), point.lsn())));
            }
            result = collection.plan();
        } else {
            result = collection.collect(grace, () -> makeSnapshots(workspace, output));
        }
        if (json.isSet()) {
            output.json(out -> out.object(() -> print(out, result)));
            return;
        }
        if (dryRun.isSet()) {
            result.removed().forEach(removal -> output.line("would remove " + line(workspace, removal)));
        }
        output.line(sentence(result, grace));
    }

    /** Makes snapshots where much WAL has come, and where they free what lies before. */
    private void makeSnapshots(Workspace workspace, Output output) {
        workspace.snapshotCreation().createWhereDue(SnapshotCreation.distance(workspace.repository().config()),
                Workspaces.user(workspace), (branch, snapshot) ->
                        output.note("made a snapshot of " + branch + " at " + snapshot.lsn()));
        if (aggressive.isSet()) {
            foldable(workspace).forEach(point -> workspace.snapshotCreation().createAt(point.timeline(), point.lsn())
                    .ifPresent(made -> output.note("made " + snapshotAt(made.timeline(), made.lsn()))));
        }
    }

    private static List<SnapshotName> foldable(Workspace workspace) {
        RepositoryFacts facts = RepositoryFacts.read(workspace.repository(), workspace.snapshots());
        return FoldablePoints.of(facts, RepositoryRoots.read(workspace, facts));
    }

    private static String snapshotAt(TimelineId timeline, Lsn lsn) {
        return "a snapshot of " + timeline + " at " + lsn;
    }

    private Optional<Duration> grace(Workspace workspace) {
        Optional<String> configured = prune.get().or(() -> workspace.repository().config().get(PRUNE));
        if (configured.isEmpty()) {
            return Optional.of(GRACE);
        }
        return switch (configured.get()) {
            case "now" -> Optional.of(Duration.ZERO);
            case "never" -> Optional.empty();
            default -> Optional.of(RepositoryConfig.parseDuration(prune.isPresent() ? "--prune" : PRUNE, configured.get()));
        };
    }

    private static String line(Workspace workspace, Removal removal) {
        return workspace.repository().directory().relativize(removal.path()) + " (" + Sizes.bytes(removal.bytes()) + ")";
    }

    private String sentence(GarbageCollection.Result result, Optional<Duration> grace) {
        String freed = result.freed() > 0 ? "; " + Sizes.bytes(result.freed()) + " are free now" : "";
        if (result.removed().isEmpty()) {
            return "nothing to remove" + freed;
        }
        String what = Sizes.count(result.count(Kind.TIMELINE), "timeline") + ", "
                + Sizes.count(result.count(Kind.SNAPSHOT), "snapshot") + " and "
                + Sizes.count(result.count(Kind.WAL_SEGMENT), "WAL segment") + ", " + Sizes.bytes(result.bytes());
        if (dryRun.isSet()) {
            return "would remove " + what;
        }
        if (grace.filter(Duration::isZero).isPresent()) {
            return "deleted " + what + freed;
        }
        return "moved " + what + ", to the trash" + grace.map(time -> " for " + words(time)).orElse("") + freed;
    }

    private static String words(Duration time) {
        return time.equals(Duration.ofDays(time.toDays())) ? Sizes.count(time.toDays(), "day") : Sizes.duration(time.toSeconds());
    }

    private static void print(Json out, GarbageCollection.Result result) {
        out.put("bytes", result.bytes()).put("freed", result.freed());
        out.putArray("removed", result.removed(), removal -> out.object(() -> out
                .put("kind", removal.kind().name().toLowerCase(Locale.ROOT))
                .put("timeline", removal.timeline().hex()).put("path", removal.path().toString())
                .put("bytes", removal.bytes())));
    }

    private void explain(Workspace workspace, Output output) {
        RepositoryFacts facts = RepositoryFacts.read(workspace.repository(), workspace.snapshots());
        Roots roots = RepositoryRoots.read(workspace, facts);
        DiskUse.OfEach use = DiskUse.OfEach.of(workspace.repository(), workspace.snapshots(), facts, roots);
        if (json.isSet()) {
            output.json(out -> out.object(() -> {
                out.putArray("roots", use.roots().entrySet(), each -> out.object(() -> out.put("root", each.getKey().name())
                        .put("timeline", each.getKey().timeline().hex()).put("from", each.getKey().from().toString())
                        .put("bytes", each.getValue().bytes()).put("alone", each.getValue().alone())));
                out.put("needed", use.needed()).put("unneeded", use.unneeded());
            }));
            return;
        }
        Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.RIGHT, Table.Align.RIGHT)
                .header("NEEDED BY", "FROM", "NEEDS", "FREE WITHOUT IT");
        use.roots().forEach((root, share) -> table.row(root.name(), root.from().equals(Root.OPEN) ? "the end"
                : root.from().toString(), Sizes.bytes(share.bytes()), Sizes.bytes(share.alone())));
        table.row("all together", "", Sizes.bytes(use.needed()), "");
        table.row("nobody", "", Sizes.bytes(use.unneeded()), "");
        output.table(table);
    }

    private void list(List<Trash.Bin> bins, Output output) {
        if (json.isSet()) {
            output.json(out -> out.object(() -> out.putArray("trash", bins, bin -> out.object(() -> out.put("id", bin.id())
                    .put("since", bin.since().toString()).put("bytes", bin.bytes())))));
            return;
        }
        if (bins.isEmpty()) {
            output.note("the trash is empty");
            return;
        }
        Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.RIGHT).header("ID", "REMOVED", "SIZE");
        bins.forEach(bin -> table.row(bin.id(), bin.since().toString(), Sizes.bytes(bin.bytes())));
        output.table(table);
    }
}
