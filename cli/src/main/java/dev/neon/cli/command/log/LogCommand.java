package dev.neon.cli.command.log;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Options;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Output;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.history.HistoryLog;
import dev.neon.compute.history.LogEntry;
import dev.neon.compute.history.LogFilter;
import dev.neon.compute.history.LogRange;
import dev.neon.compute.history.RelationNames;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.NearNames;
import dev.neon.repo.revision.TimeExpression;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code neon log}. */
public final class LogCommand extends Command {
    /** How a relation is shown whose name is not known. */
    private static final Pattern FILE = Pattern.compile("\\d+/\\d+/\\d+");

    private final Flag oneline = flag("--oneline").help("print a line for each entry");
    private final Flag stat = flag("--stat").help("count the rows that a transaction changed in each relation");
    private final Flag graph = flag("--graph").help("draw the timelines beside the entries");
    private final Flag background = flag("--background").help("tell also what was written by no transaction");
    private final Flag all = flag("--all").help("tell of all branches and tags");
    private final Option<Integer> count = option("-n", "--max-count").label("number")
            .help("stop after so many entries; -20 is short for -n 20").integer(0);
    private final Options<String> tables = option("--table").label("name")
            .help("transactions only that touched this table, one of its indexes or its toast table").texts();
    private final Option<String> since = option("--since").label("time").help("nothing older than this").text();
    private final Option<String> until = option("--until").label("time").help("nothing newer than this").text();
    private final Flag json = json();
    private final Parameters<String> ranges = parameter("range").completes(ValueKind.REVISIONS)
            .help("what to tell of, HEAD if left out").many();

    @Override
    public Description description() {
        return Description.of("Show what happened: transactions, forks, tags, snapshots and restarts")
                .text("""
                        Tells the history of a revision, newest first, back to its beginning through its ancestors. Where
                        git log has a commit's id, an entry has its LSN: <branch>@<lsn> is the point just after it. A range
                        is git's: 'A..B' is what B has and A has not; a side that is left out is HEAD.

                        A transaction is told when it commits or aborts, and also when it is prepared: with its id, time,
                        database, WAL, and the tables that it touched, their indexes and toast tables among them. A part
                        that was rolled back to a savepoint is an abort of its own, as its record does not say of what.
                        Transactions that wrote nothing leave no trace. What no transaction wrote, such as checkpoints, most
                        of vacuum, and pages whose hints changed, is told with --background, segment by segment.

                        Files have names only in the catalogs. Tables are called what the newest source calls them: the
                        running server, the data directory, then the snapshots. A table that was renamed has its new name
                        throughout. One that was dropped, or whose files were replaced since by VACUUM FULL, CLUSTER or
                        TRUNCATE, keeps its name as long as the catalog has the old row, and is <tablespace>/<database>/<file>
                        after that.

                        With --stat, '12 +3 -1 ~8' is 12 records, 3 rows inserted, 1 deleted, 8 updated. This reads all WAL
                        from a transaction's beginning to its end. --table and --background read all segments, the others
                        those in which transactions ended that are shown.

                        On a terminal, what is long goes through NEON_PAGER, core.pager, PAGER, or less.
                        """)
                .example("neon log", "Shows the history of HEAD.")
                .example("neon log -20 --oneline main", "Shows the newest 20 entries of main, a line each.")
                .example("neon log --graph --oneline --all", "Draws all branches.")
                .example("neon log --stat before-migration..", "Shows what was changed since a tag.")
                .example("neon log --table public.accounts --since '2 hours ago'", "Shows who wrote to a table lately.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        if (json.isSet() && (oneline.isSet() || graph.isSet())) {
            throw new UsageException("'--json' and '" + (oneline.isSet() ? "--oneline" : "--graph") + "' exclude each other");
        }
        if (all.isSet() && !ranges.get().isEmpty()) {
            throw new UsageException("'--all' and a range exclude each other");
        }
        Workspace workspace = Workspaces.open(invocation);
        Clock clock = invocation.environment().clock();
        Optional<Instant> from = since.get().map(words -> time("--since", words, clock));
        Optional<Instant> to = until.get().map(words -> time("--until", words, clock));
        LogRange range = LogRange.resolve(revision -> Workspaces.point(workspace, invocation.output(), revision),
                all.isSet() ? everything(workspace) : ranges.get());
        try (RelationNames names = new RelationNames(workspace, Workspaces.user(workspace), range.included(),
                problem -> invocation.output().warning("some names are missing: " + problem.getMessage()))) {
            tables.get().forEach(name -> requireKnown(name, names));
            HistoryLog log = HistoryLog.of(workspace, range,
                    new LogFilter(from, to, background.isSet(), entry -> tables.get().isEmpty() || touchesTable(entry, names)));
            LogPrinter printer = new LogPrinter(log, names, new Times(clock.getZone()), style());
            invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY), output -> print(printer, output));
        }
        return ExitCode.OK;
    }

    private void print(LogPrinter printer, Output output) {
        int limit = count.orElse(Integer.MAX_VALUE);
        if (json.isSet()) {
            printer.json(output, limit);
        } else {
            printer.text(output, limit);
        }
    }

    private LogPrinter.Style style() {
        return new LogPrinter.Style(oneline.isSet(), stat.isSet(), graph.isSet());
    }

    private static Instant time(String option, String words, Clock clock) {
        return TimeExpression.parse(words, clock.instant(), clock.getZone()).orElseThrow(() ->
                new InvalidInputException("'" + words + "' is not a time", "'" + option
                        + "' takes '2026-11-20 10:00', '5 minutes ago', 'yesterday' and the like."));
    }

    private static List<String> everything(Workspace workspace) {
        List<String> names = new ArrayList<>();
        for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.TAG)) {
            workspace.repository().refs().list(kind).keySet().forEach(ref -> names.add(ref.full()));
        }
        return names;
    }

    /** Nothing would be found, after all WAL was read. */
    private static void requireKnown(String table, RelationNames names) {
        if (!FILE.matcher(table).matches() && names.relations().noneMatch(relation -> Touched.isNamed(table, relation))) {
            Set<String> known = names.relations().flatMap(relation -> Stream.of(relation.name(), relation.qualifiedName()))
                    .collect(Collectors.toSet());
            throw new NotFoundException("table '" + table + "' is not known", NearNames.hint(table, known).orElse(
                    "A name is 'accounts', 'public.accounts' or 'postgres.public.accounts'; views and partitioned tables"
                            + " have no files, their tables and partitions have."));
        }
    }

    private boolean touchesTable(LogEntry entry, RelationNames names) {
        if (!(entry instanceof LogEntry.Transaction transaction)) {
            return false;
        }
        boolean isListed = transaction.transaction().relations().stream().anyMatch(part -> tables.get().stream()
                .anyMatch(name -> Touched.isNamed(name, entry.timeline(), part.relation(), names)));
        return isListed || transaction.transaction().otherTouches() > 0 && transaction.changes().stream()
                .anyMatch(changes -> tables.get().stream().anyMatch(name ->
                        Touched.isNamed(name, entry.timeline(), changes.relation(), names)));
    }
}
