package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Table;
import dev.neon.cli.workspace.RepositoryRoots;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.gc.DiskUse;
import dev.neon.gc.RepositoryFacts;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.refs.RefName;

/** {@code neon du}. */
public final class DuCommand extends Command {
    private final Flag json = json();
    private final Flag porcelain = porcelain();

    @Override
    public Description description() {
        return Description.of("Show what branches and tags take on disk")
                .text("For each branch and tag, shows the bytes of snapshots and WAL that it needs, and how much of that no"
                        + " other needs: that would be free if it went. A WAL segment counts whole if any of it is"
                        + " needed. Below them stands what no branch or tag needs but the operation log, a lease or a"
                        + " running server; what all need together; and what nobody does.\n\n"
                        + "A branch needs its history back to 'gc.pitrInterval' and 'gc.horizon', all of it if neither is"
                        + " set. What it needed when it was dropped is free once the operation log lets go of its end,"
                        + " after 'gc.reflogExpire'.\n\n"
                        + "What a lazy clone has been promised and does not have counts for nobody; its size stands last.\n\n"
                        + "Data directories below 'datadirs' are not counted: they can be made anew.")
                .example("neon du", "Shows who needs how much.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.openWithoutFetching(invocation);
        RepositoryFacts facts = RepositoryFacts.read(workspace.repository(), workspace.snapshots());
        DiskUse use = DiskUse.of(workspace.repository(), workspace.snapshots(), facts, RepositoryRoots.read(workspace, facts));
        long promised = workspace.snapshots().promised().missing().stream().mapToLong(PromisedPart::bytes).sum();
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> {
                out.putArray("refs", use.refs().entrySet(), each -> out.object(() -> out.put("ref", each.getKey().full())
                        .put("bytes", each.getValue().bytes()).put("alone", each.getValue().alone())));
                out.put("others", use.others()).put("needed", use.needed()).put("unneeded", use.unneeded())
                        .put("promised", promised);
            }));
        } else if (porcelain.isSet()) {
            use.refs().forEach((name, share) ->
                    invocation.output().line(name.full() + "\t" + share.bytes() + "\t" + share.alone()));
            invocation.output().line("others\t" + use.others() + "\t" + use.others());
            invocation.output().line("needed\t" + use.needed() + "\t" + use.needed());
            invocation.output().line("unneeded\t" + use.unneeded() + "\t" + use.unneeded());
            if (promised > 0) {
                invocation.output().line("promised\t" + promised + "\t" + promised);
            }
        } else {
            invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY),
                    screen -> screen.table(table(use, promised)));
        }
        return ExitCode.OK;
    }

    private static Table table(DiskUse use, long promised) {
        Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.RIGHT, Table.Align.RIGHT)
                .header("KIND", "NAME", "NEEDS", "ALONE");
        use.refs().forEach((name, share) -> table.row(kind(name), name.shortName(), Sizes.bytes(share.bytes()),
                Sizes.bytes(share.alone())));
        table.row("", "log, leases, servers", "", Sizes.bytes(use.others()));
        table.row("", "all together", Sizes.bytes(use.needed()), "");
        table.row("", "needed by none", Sizes.bytes(use.unneeded()), "");
        if (promised > 0) {
            table.row("", "promised, not here", Sizes.bytes(promised), "");
        }
        return table;
    }

    private static String kind(RefName name) {
        return switch (name.kind()) {
            case HEAD -> "";
            case BRANCH -> "branch";
            case TAG -> "tag";
            case REMOTE_BRANCH -> "remote branch";
            case REMOTE_TAG -> "remote tag";
            case STASH -> "stash";
        };
    }
}
