package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import java.util.List;

/** {@code neon rev-parse}. */
final class RevParseCommand extends Command {
    private final Flag timeline = flag("--timeline").help("print the timeline only");
    private final Flag lsn = flag("--lsn").help("print the LSN only");
    private final Flag symbolic = flag("--abbrev-ref").help("print the name of the branch or tag");
    private final Flag directory = flag("--neon-dir").help("print the repository's directory");
    private final Flag json = json();
    private final Parameters<String> revisions =
            parameter("revision").completes(ValueKind.REVISIONS).help("what to resolve").many();

    @Override
    public Description description() {
        return Description.of("Resolve revisions to a timeline and an LSN")
                .text("""
                        Prints a line for each revision, <timeline>@<lsn>, which is a revision itself and names the same
                        point for good.

                        A revision is a branch, a tag, HEAD (@ for short), a full ref name, a timeline id, any of these
                        with @<lsn>, a commit before (main~1, main~2), a fork point (main^), or an earlier entry of the log
                        (main@{2}).

                        main~1 is the commit before the one that main is at, as in git; where something was done since, by a
                        server on main itself or on HEAD's temporary timeline, it is the last commit. main^ is where main's
                        timeline was forked from its parent, which is no commit, and after 'neon commit' where main is.

                        main@{<time>} is main as it was then: before the first transaction that ended later. Times are
                        written as for git: now, yesterday, noon, last friday 18:00, 5 minutes ago, 1.week.ago, 10:30;
                        or as dates: 2026-11-20 (midnight), 2026-11-20 10:00, 2026-11-20T10:00:00.25Z, with a zone
                        (+02:00, Europe/Berlin) or else in yours. main@{xid:1234} is the point just after a transaction,
                        whether it committed or aborted. main@{<name>} is a restore point, the newest of that name,
                        which pg_create_restore_point made; main@{restore:<name>} is the same for a name that reads
                        like a time or a number. The first such question about a long history reads all of it once.
                        """)
                .example("neon rev-parse HEAD", "Prints the point that HEAD is at.")
                .example("neon rev-parse --lsn main^", "Prints where main was forked from its parent.")
                .example("neon rev-parse 'main@{5 minutes ago}'", "Prints the point that main was at then.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        if (directory.isSet()) {
            String place = workspace.repository().directory().toString();
            if (json.isSet()) {
                if (!revisions.get().isEmpty()) {
                    throw new UsageException("'--neon-dir' and a revision exclude each other with '--json'");
                }
                invocation.output().json(out -> out.object(() -> out.put("directory", place)));
                return ExitCode.OK;
            }
            invocation.output().line(place);
        } else if (revisions.get().isEmpty()) {
            throw new UsageException("missing parameter '<revision>'", "Name a revision, for example HEAD.");
        }
        List<Point> points = revisions.get().stream()
                .map(revision -> Workspaces.point(workspace, invocation.output(), revision)).toList();
        if (json.isSet()) {
            invocation.output().json(out -> out.array(points, point -> out.object(() ->
                    out.put("timeline", point.timeline().hex()).put("lsn", point.lsn().toString())
                            .put("ref", point.ref().map(RefName::full)))));
        } else {
            points.forEach(point -> invocation.output().line(text(point)));
        }
        return ExitCode.OK;
    }

    private String text(Point point) {
        if (symbolic.isSet()) {
            return point.ref().map(RefName::shortName).orElseGet(() -> point.timeline() + "@" + point.lsn());
        }
        return timeline.isSet() ? point.timeline().hex() : lsn.isSet() ? point.lsn().toString()
                : point.timeline() + "@" + point.lsn();
    }
}
