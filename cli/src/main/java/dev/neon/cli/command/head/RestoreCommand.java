package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.ServerTarget;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.HeadState;
import dev.neon.compute.difference.TableRestore;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import java.util.List;
import java.util.Optional;

/** {@code neon restore}. */
public final class RestoreCommand extends Command {
    private final Option<String> source = option("-s", "--source").label("revision").completes(ValueKind.REVISIONS)
            .help("from where; HEAD's branch if left out").text();
    private final Option<String> database = option("-d", "--database").label("name").help("where the tables are; postgres if left out")
            .text();
    private final Flag dryRun = flag("--dry-run").help("show the statements and run none");
    private final Parameters<String> tables = parameter("table").help("tables, or patterns of their names").many();

    @Override
    public Description description() {
        return Description.of("Bring tables back to what they were")
                .text("""
                        Gives tables of the server on HEAD the rows that they had at another point, in one transaction; the rest of the
                        database stays as it is, and so do sessions. It is what 'neon diff --format sql' writes, run: neither triggers
                        nor foreign keys act on it. What others commit meanwhile stays, unless it is in the same rows.

                        To bring all of a branch back, use 'neon reset'; to leave all that is not committed, 'neon checkout --discard'.
                        """)
                .example("neon restore orders", "Takes back what was done to orders since the checkout.")
                .example("neon restore --source 'HEAD@{10 minutes ago}' orders 'sales.*'", "Brings tables back in time.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        if (tables.get().isEmpty()) {
            throw new UsageException("'neon restore' needs tables",
                    "To leave all that is not committed, use 'neon checkout --discard'; to bring a branch back, 'neon reset'.");
        }
        Workspace workspace = Workspaces.open(invocation);
        Instance server = ServerTarget.require(workspace, Optional.empty());
        String from = source.get().or(() -> HeadState.read(workspace).work().flatMap(HeadState.Work::branch).map(RefName::shortName))
                .orElseThrow(() -> new UsageException("HEAD is on no temporary timeline of a branch, so '--source' is needed",
                        "As in 'neon restore --source \"HEAD@{10 minutes ago}\" " + String.join(" ", tables.get()) + "'."));
        Point wanted = Workspaces.point(workspace, invocation.output(), from);
        Point now = workspace.resolver().resolve(RefName.HEAD.full());
        TableRestore restore = new TableRestore(workspace, invocation.output()::warning);
        String in = database.orElse("postgres");
        TableRestore.Patch patch = restore.patch(now, wanted, in, tables.get(), List.of(RefName.HEAD.full(), from));
        if (dryRun.isSet()) {
            invocation.output().text(patch.sql());
        } else if (!patch.isAny()) {
            invocation.output().note("Already as at " + from);
        } else {
            restore.run(patch, server, in, Workspaces.user(workspace));
            invocation.output().note("Restored " + Sizes.count(tables.get().size(), "table") + " from " + from + " (" + wanted.lsn() + ")");
        }
        return ExitCode.OK;
    }
}
