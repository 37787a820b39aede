package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Output;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.lease.Leases;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import dev.neon.repo.revision.RevisionRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code neon lease}. */
final class LeaseCommand extends Command {
    private static final String DURATION = "lease.duration";
    private static final Duration DEFAULT_DURATION = Duration.ofDays(1);

    private final Option<String> duration = option("--for").label("duration")
            .help("how long it holds, as 12h or 7d; lease.duration of the configuration if left out, else 1d").text();
    private final Option<String> until = option("--until").label("time").help("until when it holds").text();
    private final Option<String> reason = option("-m", "--message").label("text").help("what it is for").text();
    private final Option<String> release = option("--release").label("id").help("give a lease up").text();
    private final Option<String> renew = option("--renew").label("id").help("let a lease hold longer, or shorter").text();
    private final Flag json = json();
    private final Flag porcelain = porcelain();
    private final OptionalParameter<String> revision = parameter("revision").completes(ValueKind.REVISIONS)
            .help("the point to keep, or from..to").optional();

    @Override
    public Description description() {
        return Description.of("Keep a part of history for a while")
                .usage("[--json | --porcelain]")
                .usage("[--for <duration> | --until <time>] [-m <text>] [--json] (<revision> | <revision>..<revision>)")
                .usage("--renew <id> [--for <duration> | --until <time>]")
                .usage("--release <id>")
                .text("""
                        Until a lease expires, 'neon gc' keeps what it was taken for, whatever becomes of branches and tags:
                        the point that a revision names, or all points from one to another. If the last one is a branch, as
                        in 'v1..main', what is still to come is kept as well.

                        Without a revision, lists the leases, also those of commands that run: each of these takes one for
                        itself and gives it up at its end. An id may be shortened as long as only one begins so.
                        """)
                .example("neon lease --for 7d -m 'nightly export' main", "Keeps the end of main, as it is now, for a week.")
                .example("neon lease --until '2026-12-24 18:00' v1..main", "Keeps all of main from the tag v1 on.")
                .example("neon lease --renew 3f2a01bc --for 7d", "Keeps it for a week from now on.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        refuseWhatDoesNotFit();
        Workspace workspace = Workspaces.open(invocation);
        Leases leases = workspace.repository().leases();
        Output output = invocation.output();
        if (release.isPresent()) {
            output.line("released lease " + leases.release(release.get().get()).id());
        } else if (renew.isPresent()) {
            Lease renewed = leases.renew(renew.get().get(), expires(workspace, invocation));
            output.line("lease " + renewed.id() + " until " + LeaseTable.expires(renewed, invocation));
        } else if (revision.isPresent()) {
            take(workspace, leases, invocation);
        } else {
            list(workspace, leases, invocation);
        }
        return ExitCode.OK;
    }

    /** Nothing that was typed is passed over. */
    private void refuseWhatDoesNotFit() {
        if (duration.isPresent() && until.isPresent()) {
            throw new UsageException("'--for' and '--until' exclude each other");
        }
        boolean changes = release.isPresent() || renew.isPresent();
        if (release.isPresent() && renew.isPresent() || changes && revision.isPresent()) {
            throw new UsageException("'--release', '--renew' and a revision exclude each other");
        }
        if (changes && (json.isSet() || porcelain.isSet()) || revision.isPresent() && porcelain.isSet()) {
            throw new UsageException("'" + (json.isSet() ? "--json" : "--porcelain") + "' has no meaning here");
        }
        boolean isTimed = revision.isPresent() || renew.isPresent();
        if (!isTimed && (duration.isPresent() || until.isPresent()) || !revision.isPresent() && reason.isPresent()) {
            throw new UsageException("'" + (reason.isPresent() ? "-m" : duration.isPresent() ? "--for" : "--until")
                    + "' needs a revision");
        }
    }

    private Instant expires(Workspace workspace, Invocation invocation) {
        if (until.isPresent()) {
            return Deadline.at("--until", until.get().get(), invocation);
        }
        return duration.isPresent() ? Deadline.after("--for", duration.get().get(), invocation)
                : Deadline.after(workspace.repository().config().getDuration(DURATION).orElse(DEFAULT_DURATION), invocation);
    }

    private void take(Workspace workspace, Leases leases, Invocation invocation) {
        Instant expires = expires(workspace, invocation);
        RevisionRange range = RevisionRange.parse(revision.get().orElseThrow());
        Point first = Workspaces.point(workspace, invocation.output(), range.from().orElse(range.to()));
        Lease.Span span = range.from().isEmpty() ? Lease.Span.ofPoint(first.timeline(), first.lsn())
                : span(workspace, invocation.output(), first, range.to());
        Lease lease = leases.take(reason.orElse(""), span, expires);
        try {
            workspace.timelines().requireThere(first);
        } catch (RuntimeException collected) {
            leases.release(lease.id());
            throw collected;
        }
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> LeaseTable.json(out, lease)));
        } else {
            invocation.output().line("lease " + lease.id() + " until " + LeaseTable.expires(lease, invocation));
        }
    }

    private static Lease.Span span(Workspace workspace, Output output, Point first, String to) {
        Optional<RefName> branch = workspace.resolver().branchNamed(to);
        Point last = Workspaces.point(workspace, output, to);
        TimelineId line = branch.flatMap(name -> workspace.repository().refs().read(name)).map(Branches::timelineOf)
                .orElse(last.timeline());
        boolean isOnLine = first.timeline().equals(line) || workspace.repository().timelines().history(line).ancestors()
                .stream().anyMatch(ancestor -> ancestor.timeline().equals(first.timeline())
                        && !first.lsn().isAfter(ancestor.forkPoint()));
        if (!isOnLine || first.lsn().isAfter(last.lsn())) {
            throw new InvalidInputException("'" + to + "' does not come after " + first.lsn() + " of timeline '"
                    + first.timeline() + "'", "A range runs from an earlier point of a history to a later one.");
        }
        return new Lease.Span(line, first.lsn(), branch.isPresent() ? Lsn.LAST : last.lsn());
    }

    private void list(Workspace workspace, Leases leases, Invocation invocation) {
        List<Lease> all = leases.list(invocation.environment().clock().instant());
        if (json.isSet()) {
            invocation.output().json(out -> out.array(all, lease -> out.object(() -> LeaseTable.json(out, lease))));
        } else if (porcelain.isSet()) {
            all.forEach(lease -> invocation.output().line(LeaseTable.porcelain(lease)));
        } else {
            invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY),
                    screen -> screen.table(LeaseTable.of(all, workspace, invocation)));
        }
    }
}
