package dev.neon.cli.command.page;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Table;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.pages.PointView;
import dev.neon.compute.pages.PointView.Found;
import dev.neon.compute.workspace.Workspace;
import dev.neon.page.Page;
import dev.neon.pageview.PageView;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.Lsn;
import dev.neon.repo.revision.Point;
import dev.neon.slice.PageChange;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** {@code neon page}. */
public final class PageCommand extends Command {
    /** {@code MaxBlockNumber}. */
    private static final long LAST_BLOCK = 0xFFFF_FFFEL;

    private final Option<String> database = option("-d", "--database").label("name")
            .help("the database whose names are meant; postgres if left out").text();
    private final Option<ForkNumber> fork = option("--fork").label("fork").choice("main", "vm", "fsm", "init")
            .help("which of the relation's forks; main if left out").as(PageCommand::fork);
    private final Flag raw = flag("--raw").help("write the page's 8192 bytes");
    private final Flag hex = flag("--hex").help("show the bytes as 'hexdump -C' does");
    private final Flag history = flag("--history").help("list the versions of the page up to the point, oldest first");
    private final Flag json = json();
    private final Parameter<String> revision = parameter("revision").completes(ValueKind.REVISIONS)
            .help("the point to look at").required();
    private final Parameter<String> relation = parameter("relation")
            .help("schema.name, name, or the path of its file, such as base/5/16384").required();
    private final Parameter<Integer> block = parameter("block").help("the page's number in the fork, from 0")
            .required(PageCommand::block);

    @Override
    public Description description() {
        return Description.of("Show a page of a relation as it was at a point")
                .text("""
                        Shows any page of a table or an index at any point of history, without a server and without making a
                        data directory. It is read from the newest snapshot at or below the point and the WAL after that.

                        The page is taken apart as PostgreSQL's extension pageinspect does: the header as page_header,
                        tables as heap_page_items, btrees as bt_page_stats and bt_page_items, hash, GiST, GIN and BRIN
                        indexes as its functions for those, SP-GiST by its structures. Of visibility maps it shows the runs
                        of blocks that have a bit set. Columns without a value are left out, and long values cut; --json
                        has all, with the names of pageinspect.

                        A name alone is looked for in the schemas public and pg_catalog, then in all others. A path is
                        that of the first file, base/<database>/<relation> or global/<relation>, or the three numbers of
                        WAL: <tablespace>/<database>/<relation>.

                        Bytes between the line pointers and the items, of which PostgreSQL keeps nothing, are zeros. The
                        checksum is the one that the page has with them, and 0 where the cluster has none. Free space maps
                        are not kept, and of unlogged relations only the fork init is.

                        --history lists the LSNs at which the page changed, since the newest image of the cluster below the
                        point, and how many bytes of it; of the first, how many are not zero. Each names a point:
                        'neon page main@<lsn> ...' shows the page as it was from there on.
                        """)
                .example("neon page main public.accounts 0", "Shows the first page of a table as it is now.")
                .example("neon page 'main@{5 minutes ago}' accounts_pkey 1", "Shows a page of an index as it was.")
                .example("neon page --raw v1 base/5/16384 7 > page", "Writes the bytes of a page to a file.")
                .example("neon page --history main public.accounts 0", "Lists when the page changed.")
                .example("neon page --fork vm --json v1 accounts 0", "Prints which blocks are all visible.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        if (Stream.of(raw, hex, json).filter(Flag::isSet).count() > 1) {
            throw new UsageException("'--raw', '--hex' and '--json' exclude each other");
        }
        if (history.isSet() && (raw.isSet() || hex.isSet())) {
            throw new UsageException("'--history' and '" + (raw.isSet() ? "--raw" : "--hex") + "' exclude each other");
        }
        if (raw.isSet() && invocation.environment().terminals().out()) {
            throw new UsageException("'--raw' writes bytes that are not for a terminal",
                    "Redirect them to a file, or use --hex.");
        }
        Workspace workspace = Workspaces.open(invocation);
        Point point = Workspaces.point(workspace, invocation.output(), revision.get());
        try (PointView at = PointView.open(workspace, point)) {
            Found found = at.find(database.orElse("postgres"), relation.get(), fork.orElse(ForkNumber.MAIN));
            Page page = at.read(found, block.get());
            if (history.isSet()) {
                history(invocation, workspace, at.pages().history(found.fork(), block.get()));
            } else if (raw.isSet()) {
                invocation.output().bytes(page.bytes());
            } else if (hex.isSet()) {
                invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY),
                        screen -> screen.text(HexDump.of(page.bytes())));
            } else {
                PageView view = PageView.of(page, fork.orElse(ForkNumber.MAIN));
                if (json.isSet()) {
                    invocation.output().json(out -> PageJson.put(out, point, at, found, block.get(), view));
                } else {
                    invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY),
                            screen -> print(at, found, view, screen));
                }
            }
        }
        return ExitCode.OK;
    }

    private void print(PointView at, Found found, PageView view, Output screen) {
        screen.line(view.kind().word() + " page, block " + Integer.toUnsignedString(block.get()) + " of "
                + Integer.toUnsignedString(at.blocks(found)) + " of " + found.quoted()
                + (fork.isPresent() ? ", fork " + fork.orElse(ForkNumber.MAIN) : "") + ", at " + at.lsn());
        screen.line("");
        PageText.print(view, screen);
        view.problem().ifPresent(problem -> screen.warning("the page is damaged: " + problem));
    }

    private void history(Invocation invocation, Workspace workspace, List<PageChange> changes) {
        if (json.isSet()) {
            invocation.output().json(out -> out.array(changes, change -> out.object(() ->
                    out.put("lsn", new Lsn(change.lsn()).toString()).put("changedBytes", change.bytes()))));
            return;
        }
        Table table = new Table(Table.Align.LEFT, Table.Align.RIGHT).header("LSN", "BYTES CHANGED");
        changes.forEach(change -> table.row(new Lsn(change.lsn()).toString(), Integer.toString(change.bytes())));
        invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY), screen -> screen.table(table));
    }

    private static ForkNumber fork(String word) {
        return Arrays.stream(ForkNumber.values()).filter(one -> one.toString().equals(word)).findFirst().orElseThrow();
    }

    private static int block(String word) {
        try {
            long number = Long.parseLong(word);
            if (number >= 0 && number <= LAST_BLOCK) {
                return (int) number;
            }
        } catch (NumberFormatException notANumber) {
            // It gets the same answer as a number out of range.
        }
        throw new UsageException("'" + word + "' is not the number of a block", "Blocks are numbered from 0.");
    }
}
