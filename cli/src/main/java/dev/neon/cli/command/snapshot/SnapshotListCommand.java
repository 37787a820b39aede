package dev.neon.cli.command.snapshot;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Table;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.snapshot.Snapshot;
import java.util.List;
import java.util.Locale;

/** {@code neon snapshot list}. */
public final class SnapshotListCommand extends Command {
    private final Flag all = flag("-a", "--all").help("those of all timelines");
    private final Flag json = json();
    private final Flag porcelain = porcelain();
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.BRANCHES)
            .help("the branch, HEAD's if left out").optional();

    @Override
    public Description description() {
        return Description.of("List the snapshots of a branch")
                .text("Lists the snapshots from which the branch can be rebuilt, its ancestors' among them, oldest first.")
                .example("neon snapshot list main", "Lists the snapshots of main and of its ancestors.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        if (all.isSet() && branch.isPresent()) {
            throw new UsageException("'--all' and a branch exclude each other");
        }
        List<Snapshot> snapshots = snapshots(workspace);
        if (json.isSet()) {
            invocation.output().json(out -> out.array(snapshots, snapshot -> out.object(() ->
                    out.put("timeline", snapshot.timeline().hex()).put("lsn", snapshot.lsn().toString())
                            .put("redo", snapshot.redo().toString()).put("clean", snapshot.clean())
                            .put("form", snapshot.form().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .put("bytes", workspace.snapshots().bytes(snapshot)))));
        } else if (porcelain.isSet()) {
            snapshots.forEach(snapshot -> invocation.output().line(snapshot.timeline() + "\t" + snapshot.lsn() + "\t"
                    + workspace.snapshots().bytes(snapshot)));
        } else if (!snapshots.isEmpty()) {
            Table table = new Table(Table.Align.LEFT, Table.Align.RIGHT, Table.Align.LEFT, Table.Align.LEFT)
                    .header("LSN", "SIZE", "FORM", "TIMELINE");
            snapshots.forEach(snapshot -> table.row(snapshot.lsn().toString(),
                    Sizes.bytes(workspace.snapshots().bytes(snapshot)),
                    form(snapshot),
                    snapshot.timeline().hex()));
            invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY), screen -> screen.table(table));
        }
        return ExitCode.OK;
    }

    private static String form(Snapshot snapshot) {
        return switch (snapshot.form()) {
            case COPY -> "copy of a stopped server";
            case LIVE_COPY -> "copy of a running server";
            case IMAGE -> "all pages";
            case DELTA -> "changes";
        };
    }

    private List<Snapshot> snapshots(Workspace workspace) {
        if (all.isSet()) {
            return workspace.repository().timelines().list().stream()
                    .flatMap(timeline -> workspace.snapshots().list(timeline).stream()).toList();
        }
        return workspace.snapshots().reaching(
                Workspaces.timeline(workspace, Workspaces.branch(workspace, branch.get())));
    }
}
