package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Json;
import dev.neon.cli.io.Output;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.DeepCheck;
import dev.neon.compute.workspace.Workspace;
import dev.neon.fsck.Finding;
import dev.neon.fsck.Leftover;
import dev.neon.fsck.Leftovers;
import dev.neon.fsck.PageComparison;
import dev.neon.fsck.Repair;
import dev.neon.fsck.RepositoryCheck;
import dev.neon.gc.CollectedWal;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.revision.Point;
import dev.neon.sync.Remotes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** {@code neon fsck}. */
final class FsckCommand extends Command {
    private final Flag full = flag("--full").help("read all again, also what earlier runs have found whole");
    private final Flag boot = flag("--boot").help("start PostgreSQL at each branch and tag and have it check all databases");
    private final Flag repair = flag("--repair").help("remove what killed commands left, and make anew what can be");
    private final Flag dryRun = flag("--dry-run").help("with --repair, only tell what would be done");
    private final Flag deep = flag("--deep").help("compare what neon makes of WAL with what PostgreSQL does");
    private final Option<Integer> points = option("--points").label("n")
            .help("with --deep, at so many random points of each branch").integer(1);
    private final Option<Integer> seed = option("--seed").label("number")
            .help("choose the points that an earlier run has chosen").integer(0);
    private final Flag json = json();
    private final Parameters<String> revisions = parameter("revision").completes(ValueKind.REVISIONS)
            .help("check the history of this only").many();

    @Override
    public Description description() {
        return Description.of("Check that a repository is whole")
                .text("""
                        Reads refs, histories, snapshots with the checksums of all their parts, and all WAL, and looks whether \
                        from these all points of each branch, from its oldest snapshot on, and each tag can be reached. \
                        Servers may run. Each damage is told with the file, the offset in it and what is known of the place, and below it \
                        the points of branches and tags that cannot be had whole any more. All others can still be used.

                        What was read and found whole is remembered in '.neon/fsck/verified' and not read again as long as size, \
                        time and inode of its files stay as they are, for fsck.forgetAfter, 30d if that is not set: disks forget. \
                        '--full' reads all. Nothing else is changed.

                        Of a snapshot that was copied from a running server only the control file is checked, and pages of \
                        other copies only in clusters with checksums.

                        What is not here but promised by another repository ('neon clone --lazy') is no damage: its size is told, and it is not \
                        fetched, by '--full' neither; '--deep' and '--boot' fetch what they need.

                        With '--deep', nothing of that is done. Instead, at each revision, HEAD if there is none, or at random \
                        points before it, PostgreSQL replays the WAL from the last snapshot but one on in a copy, which needs \
                        room on the disk; all pages and the sizes of relations are compared with what neon makes of the last \
                        snapshot and the WAL after it, and the first difference is printed. So a page of that snapshot that is \
                        wrong, though its checksum is right, is found too. Hint bits do not count, and pages that PostgreSQL has changed \
                        after the point are passed over.

                        With '--boot', PostgreSQL is started instead at each branch and tag, or each revision named, one after the \
                        other, on a throw-away timeline as for 'neon start --read-only'. All databases are checked by pg_amcheck \
                        with '--heapallindexed', by the extension amcheck where that program is missing, and by reading all tables \
                        where both are.

                        With '--repair', first what killed commands have left is done away with: locks of dead processes, \
                        unfinished files and directories in which nothing has changed for ten minutes, an incomplete change of \
                        refs, parts of the WAL index that cannot be used, and what fsck remembers, if that is damaged. Then all is \
                        checked as without it, and below all damages stands what would mend them. Without '--repair', what is left \
                        is told on the standard error.

                        The exit code is 9 if something is damaged, missing or different, 12 if all is whole but there are WAL records of \
                        a form that neon does not know.
                        """)
                .example("neon fsck", "Checks all of the repository.")
                .example("neon fsck --repair --dry-run", "Tells what a repair would do.")
                .example("neon fsck --boot", "Has PostgreSQL check all branches and tags.")
                .example("neon fsck --deep --points 10 main", "Compares both engines at ten points of main.")
                .example("neon fsck main v1", "Checks the histories of a branch and of a tag.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.BUSY, ExitCode.CONFLICT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws InterruptedException {
        if (!deep.isSet() && (points.isPresent() || seed.isPresent())) {
            throw new UsageException("'--points' and '--seed' need '--deep'");
        }
        if (dryRun.isSet() && !repair.isSet()) {
            throw new UsageException("'--dry-run' needs '--repair'");
        }
        if ((deep.isSet() || boot.isSet()) && (repair.isSet() || full.isSet()) || deep.isSet() && boot.isSet()) {
            throw new UsageException("'--deep' and '--boot' each stand alone");
        }
        Workspace workspace = deep.isSet() || boot.isSet() ? Workspaces.open(invocation) : Workspaces.openWithoutFetching(invocation);
        try (HeldLease _ = holdAll(workspace)) {
            return deep.isSet() ? compare(workspace, invocation.output())
                    : boot.isSet() ? new FsckBoot(workspace, invocation.output(), json.isSet()).run(revisions.get())
                    : check(workspace, invocation.output());
        }
    }

    /** What vanished meanwhile would look like damage. */
    private static HeldLease holdAll(Workspace workspace) {
        Lease.Span[] lines = workspace.repository().timelines().list().stream().map(Lease.Span::ofLine)
                .toArray(Lease.Span[]::new);
        return lines.length == 0 ? HeldLease.NONE : workspace.repository().leases().holdForReading("fsck", lines);
    }

    private ExitCode check(Workspace workspace, Output output) throws InterruptedException {
        FsckReport report = new FsckReport(output, workspace.repository().context().clock().getZone());
        List<Repair.Outcome> repaired = repair.isSet() ? repair(workspace, report) : List.of();
        List<Finding> findings = new ArrayList<>();
        RepositoryCheck check = new RepositoryCheck(workspace.repository(), workspace.snapshots(), workspace.wal(),
                new RepositoryCheck.Options(full.isSet(), !dryRun.isSet(), new CollectedWal(workspace.repository(), workspace.snapshots())), finding -> {
                    findings.add(finding);
                    if (!json.isSet()) {
                        report.line(finding);
                    }
                });
        Set<TimelineId> chosen = chosen(workspace);
        RepositoryCheck.Summary summary = check.run(timeline -> chosen.isEmpty() || chosen.contains(timeline));
        List<Leftover> leftovers = Leftovers.of(workspace.repository(), workspace.wal());
        boolean isLost = summary.promised() > 0 && new Remotes(workspace.repository().config()).promisors().isEmpty();
        if (json.isSet()) {
            output.json(out -> out.object(() -> FsckReport.json(out, summary, findings, leftovers, repaired,
                    finding -> repair.isSet() ? Optional.of(check.remedy(finding)) : Optional.empty())));
        } else {
            if (repair.isSet()) {
                findings.stream().map(check::remedy).distinct().forEach(output::line);
            } else {
                report.hints(leftovers);
            }
            if (isLost) {
                report.lost(summary.promised());
            }
            report.line(summary, findings.size());
        }
        return isLost ? ExitCode.CORRUPT : findings.isEmpty() ? ExitCode.OK
                : findings.stream().allMatch(Finding::unknown) ? ExitCode.UNSUPPORTED : ExitCode.CORRUPT;
    }

    private List<Repair.Outcome> repair(Workspace workspace, FsckReport report) {
        List<Leftover> leftovers = Leftovers.of(workspace.repository(), workspace.wal());
        List<Repair.Outcome> done = new ArrayList<>();
        if (!dryRun.isSet()) {
            new Repair(workspace.repository(), workspace.wal()).run(leftovers, outcome -> {
                done.add(outcome);
                if (!json.isSet()) {
                    report.done(outcome);
                }
            }, outcome -> {
                if (!json.isSet()) {
                    report.left(outcome);
                }
            });
        } else if (!json.isSet()) {
            leftovers.forEach(report::planned);
        }
        return done;
    }

    /** A point and what was found there. */
    private record Compared(Point point, PageComparison result) {}

    private ExitCode compare(Workspace workspace, Output output) {
        DeepCheck check = workspace.deepCheck();
        int used = seed.orElse(ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
        List<Compared> all = new ArrayList<>();
        for (String revision : revisions.get().isEmpty() ? List.of("HEAD") : revisions.get()) {
            Point end = workspace.resolver().resolve(revision);
            List<Lsn> chosen = points.isPresent() ? check.choose(end, points.get().get(), used) : List.of(end.lsn());
            for (Lsn lsn : chosen) {
                Compared compared =
                        new Compared(new Point(end.timeline(), lsn, end.ref()), check.compare(end.timeline(), lsn));
                all.add(compared);
                if (!json.isSet()) {
                    output.line(line(revision, compared));
                }
            }
        }
        if (json.isSet()) {
            output.json(out -> out.object(() -> print(out, used, all)));
        } else if (points.isPresent()) {
            output.line("the same points again: --seed " + used);
        }
        return all.stream().allMatch(compared -> compared.result().first().isEmpty()) ? ExitCode.OK : ExitCode.CORRUPT;
    }

    private static String line(String revision, Compared compared) {
        PageComparison result = compared.result();
        return revision + " at " + compared.point().lsn() + ": " + String.format(Locale.ROOT, "%,d", result.pages())
                + " pages, " + result.hinted() + " with other hint bits, " + result.touched() + " changed later: "
                + result.first().map(first -> "first difference: " + first).orElse("no difference");
    }

    private static void print(Json out, int seed, List<Compared> all) {
        out.put("seed", seed);
        out.putArray("points", all, compared -> out.object(() -> out
                .put("timeline", compared.point().timeline().hex()).put("lsn", compared.point().lsn().toString())
                .put("pages", compared.result().pages()).put("hinted", compared.result().hinted())
                .put("touched", compared.result().touched()).put("difference", compared.result().first())));
    }

    /** The timelines behind the revisions; none if none are named. */
    private Set<TimelineId> chosen(Workspace workspace) {
        Set<TimelineId> chosen = new HashSet<>();
        for (String revision : revisions.get()) {
            TimelineId timeline = workspace.resolver().resolve(revision).timeline();
            chosen.add(timeline);
            workspace.repository().timelines().history(timeline).ancestors()
                    .forEach(ancestor -> chosen.add(ancestor.timeline()));
        }
        return chosen;
    }
}
