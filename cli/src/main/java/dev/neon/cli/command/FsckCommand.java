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
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.DeepCheck;
import dev.neon.compute.workspace.Workspace;
import dev.neon.fsck.Damage;
import dev.neon.fsck.Finding;
import dev.neon.fsck.PageComparison;
import dev.neon.fsck.RepositoryCheck;
import dev.neon.inspect.RevisionRanges;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.revision.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** {@code neon fsck}. */
final class FsckCommand extends Command {
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
                        from these the end of each branch and each tag can be reached. Nothing is changed, and servers may \
                        run. Each damage is told with the file, the offset in it and what is known of the place, and below it \
                        the points of branches and tags that cannot be had whole any more. All others can still be used.

                        Of a snapshot that was copied from a running server only the control file is checked, and pages of \
                        other copies only in clusters with checksums.

                        With '--deep', nothing of that is done. Instead, at each revision, HEAD if there is none, or at random \
                        points before it, PostgreSQL replays the WAL from the last snapshot but one on in a copy, which needs \
                        room on the disk; all pages and the sizes of relations are compared with what neon makes of the last \
                        snapshot and the WAL after it, and the first difference is printed. So a page of that snapshot that is \
                        wrong, though its checksum is right, is found too. Hint bits do not count, and pages that PostgreSQL has changed \
                        after the point are passed over.

                        The exit code is 9 if something is damaged, missing or different, 12 if all is whole but there are WAL records of \
                        a form that neon does not know.
                        """)
                .example("neon fsck", "Checks all of the repository.")
                .example("neon fsck --deep --points 10 main", "Compares both engines at ten points of main.")
                .example("neon fsck main v1", "Checks the histories of a branch and of a tag.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws InterruptedException {
        if (!deep.isSet() && (points.isPresent() || seed.isPresent())) {
            throw new UsageException("'--points' and '--seed' need '--deep'");
        }
        Workspace workspace = Workspaces.open(invocation);
        try (HeldLease _ = holdAll(workspace)) {
            return deep.isSet() ? compare(workspace, invocation.output()) : check(workspace, invocation.output());
        }
    }

    /** What vanished meanwhile would look like damage. */
    private static HeldLease holdAll(Workspace workspace) {
        Lease.Span[] lines = workspace.repository().timelines().list().stream().map(Lease.Span::ofLine)
                .toArray(Lease.Span[]::new);
        return lines.length == 0 ? HeldLease.NONE : workspace.repository().leases().holdForReading("fsck", lines);
    }

    private ExitCode check(Workspace workspace, Output output) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        RepositoryCheck check = new RepositoryCheck(workspace.repository(), workspace.snapshots(), workspace.wal(),
                new RevisionRanges(workspace.repository(), workspace.resolver(), workspace.wal()), finding -> {
                    findings.add(finding);
                    if (!json.isSet()) {
                        print(output, finding);
                    }
                });
        Set<TimelineId> chosen = chosen(workspace);
        RepositoryCheck.Summary summary = check.run(timeline -> chosen.isEmpty() || chosen.contains(timeline));
        if (json.isSet()) {
            output.json(out -> out.object(() -> print(out, summary, findings)));
        } else {
            output.line(line(summary, findings.size()));
        }
        return findings.isEmpty() ? ExitCode.OK
                : findings.stream().allMatch(Finding::unknown) ? ExitCode.UNSUPPORTED : ExitCode.CORRUPT;
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

    private static void print(Output output, Finding finding) {
        Damage damage = finding.damage();
        output.line(damage.kind() + damage.lsn().map(lsn -> " at " + lsn).orElse("") + ": "
                + damage.path().map(path -> path + ":" + damage.offset() + ": ").orElse("") + "found " + damage.found()
                + " but expected " + damage.expected() + damage.pages().map(pages -> " (" + pages + ")").orElse(""));
        finding.affected().forEach(affected -> output.line("    affects " + affected.ref() + " from "
                + affected.from() + affected.to().map(to -> " to before " + to).orElse(" on")));
    }

    private static String line(RepositoryCheck.Summary summary, int findings) {
        return Sizes.count(summary.refs(), "ref") + ", " + Sizes.count(summary.timelines(), "timeline") + ", "
                + Sizes.count(summary.snapshots(), "snapshot") + ", " + Sizes.count(summary.walRecords(), "record")
                + " of " + Sizes.bytes(summary.walBytes()) + ": "
                + (findings == 0 ? "all is whole" : Sizes.count(findings, "defect"));
    }

    private static void print(Json out, RepositoryCheck.Summary summary, List<Finding> findings) {
        out.put("refs", summary.refs()).put("timelines", summary.timelines()).put("snapshots", summary.snapshots())
                .put("walRecords", summary.walRecords()).put("walBytes", summary.walBytes());
        out.putArray("findings", findings, finding -> out.object(() -> print(out, finding)));
    }

    private static void print(Json out, Finding finding) {
        Damage damage = finding.damage();
        out.put("kind", damage.kind()).put("timeline", finding.timeline().map(TimelineId::hex))
                .put("lsn", damage.lsn().map(Lsn::toString)).put("path", damage.path().map(Path::toString))
                .put("offset", damage.offset()).put("pages", damage.pages()).put("expected", damage.expected())
                .put("found", damage.found());
        out.putArray("affected", finding.affected(), affected -> out.object(() -> out.put("ref", affected.ref())
                .put("from", affected.from().toString()).put("to", affected.to().map(Lsn::toString))));
    }
}
