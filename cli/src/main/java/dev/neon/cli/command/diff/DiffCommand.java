package dev.neon.cli.command.diff;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Output;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.difference.ClusterDifference;
import dev.neon.compute.difference.DatabaseDifference;
import dev.neon.compute.difference.RowDifference;
import dev.neon.compute.difference.RowSink;
import dev.neon.compute.difference.SchemaChange;
import dev.neon.compute.difference.SchemaDifference;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.repo.revision.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code neon diff}. */
public final class DiffCommand extends Command {
    /** The form in which rows are printed. */
    enum Format { TEXT, CSV, JSON, SQL }

    private final Flag stat = flag("--stat").help("count blocks, bytes and rows of each relation, on each side");
    private final Flag schema = flag("--schema").help("show how definitions differ: tables, columns, views, functions and so on");
    private final Flag nameOnly = flag("--name-only").help("print the names of tables that differ, and nothing else");
    private final Option<Format> format = option("--format").label("format")
            .help("the form of rows: text, csv, json, or sql, which turns the first into the second").of(Format.class);
    private final Option<String> database = option("-d", "--database").label("name")
            .help("only this database; that of the tables, postgres if left out").text();
    private final Flag exitCode = flag("--exit-code").help("exit with 1 if there is a difference");
    private final Flag json = json();
    private final OptionalParameter<String> first = parameter("from").completes(ValueKind.REVISIONS)
            .help("the first point, or both as from..to; where HEAD was forked, if left out").optional();
    private final OptionalParameter<String> second = parameter("to").completes(ValueKind.REVISIONS)
            .help("the second point; HEAD if left out").optional();
    private final Parameters<String> tables = parameter("table").help("tables whose rows to compare, or patterns with * and ?")
            .afterDashes();

    @Override
    public Description description() {
        return Description.of("Show what two points differ in: relations, schema, rows")
                .text("""
                        Tells what turns the first point into the second. 'A..B' is 'A B', as in git; without a point, it is what
                        was done on HEAD's temporary timeline since the branch was checked out, or on its branch since that was forked. Both points have a history, and up to where it parts it is the same:
                        the summary, --stat and --name-only read the WAL from there to each of them, and start no server. They
                        count what happened: a row that was updated twice counts twice, and one that was changed and
                        changed back counts as well. Vacuum and the like change blocks, but no rows.

                        --schema has PostgreSQL print all definitions on both sides, from the catalogs, and shows the lines that
                        differ.

                        Tables after '--' are compared row by row: by the primary key, else the replica identity, else a unique index
                        without nulls, else whole rows. Only blocks that changed since the common point are read, unless a
                        table was rewritten or has other columns. PostgreSQL reads them, a single-user server on each
                        side that nobody can connect to and that is gone afterwards; so values are what psql shows, times in
                        UTC. Two values are the same if they print the same. A partitioned table is all its partitions; a table
                        that others inherit from is compared without them.

                        --format sql writes a transaction that makes the first side's tables equal to the second's, rows and
                        columns, partitions, and sequences of columns. It sets session_replication_role to
                        replica, so that neither triggers nor foreign keys act on it, which a superuser may.
                        Constraints, indexes and defaults are left to --schema.

                        With --quiet, as with git's, nothing is printed and the answer is the exit code: 1 if there is a difference,
                        as with --exit-code.

                        On a terminal, what is long goes through NEON_PAGER, core.pager, PAGER, or less.
                        """)
                .example("neon diff main try", "Shows which tables of try are not as they are in main.")
                .example("neon diff --stat 'main@{1 hour ago}..main'", "Counts what happened in the last hour.")
                .example("neon diff --schema v1 main", "Shows what a migration did to the schema.")
                .example("neon diff main try -- public.orders 'sales.*'", "Shows rows that differ.")
                .example("neon diff --format sql main try -- orders | neon psql main", "Brings the rows of try over to main.")
                .example("neon diff --quiet v1 main -- prices || echo 'prices changed'", "Asks in a script.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        check();
        Workspace workspace = Workspaces.open(invocation);
        List<String> names = DiffPoints.of(workspace, first.get(), second.get());
        Point from = DiffPoints.resolve(workspace, invocation.output(), names.get(0));
        Point to = DiffPoints.resolve(workspace, invocation.output(), names.get(1));
        boolean differs;
        if (!tables.get().isEmpty()) {
            differs = rows(invocation, workspace, from, to, names);
        } else if (schema.isSet()) {
            differs = schema(invocation, workspace, from, to);
        } else {
            differs = summary(invocation, workspace, from, to, names);
        }
        return differs && (exitCode.isSet() || invocation.output().isQuiet()) ? ExitCode.NEGATIVE : ExitCode.OK;
    }

    private void check() {
        List<Flag> shapes = Stream.of(stat, schema, nameOnly).filter(Flag::isSet).toList();
        if (shapes.size() > 1) {
            throw new UsageException("'--stat', '--schema' and '--name-only' exclude each other");
        }
        if (json.isSet() && (nameOnly.isSet() || format.isPresent() && format.orElse(Format.JSON) != Format.JSON)) {
            throw new UsageException("'--json' and '" + (nameOnly.isSet() ? "--name-only" : "--format") + "' exclude each other");
        }
        if (tables.get().isEmpty() && format.isPresent()) {
            throw new UsageException("'--format' is for rows", "Name tables after '--'.");
        }
        if (!tables.get().isEmpty() && !shapes.isEmpty()) {
            throw new UsageException("tables after '--' are compared row by row", "Leave "
                    + (stat.isSet() ? "'--stat'" : schema.isSet() ? "'--schema'" : "'--name-only'") + " or the tables out.");
        }
    }

    private void print(Invocation invocation, Workspace workspace, Consumer<Output> printing) {
        if (!invocation.output().isQuiet()) {
            invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY), printing);
        }
    }

    private boolean summary(Invocation invocation, Workspace workspace, Point from, Point to, List<String> names) {
        ClusterDifference difference = ClusterDifference.of(workspace, from, to);
        if (database.isPresent()) {
            difference = only(workspace, difference);
        }
        ClusterDifference shown = difference;
        if (json.isSet()) {
            print(invocation, workspace, output -> output.json(out -> SummaryJson.put(out, shown)));
        } else if (nameOnly.isSet()) {
            print(invocation, workspace, output -> SummaryText.names(shown).forEach(output::line));
        } else {
            print(invocation, workspace, output -> new SummaryText(shown, names, stat.isSet()).print(output));
        }
        return difference.isDifferent();
    }

    private ClusterDifference only(Workspace workspace, ClusterDifference all) {
        String name = database.orElse("");
        DiffPoints.requireDatabase(workspace, all.from(), all.to(), name);
        List<DatabaseDifference> found = all.databases().stream().filter(one -> one.name().equals(name)).toList();
        return new ClusterDifference(all.from(), all.to(), all.common(), all.fromBytes(), all.toBytes(), found, false);
    }

    private boolean schema(Invocation invocation, Workspace workspace, Point from, Point to) {
        Optional<Set<String>> databases = database.isPresent() ? Optional.of(Set.of(database.orElse("")))
                : changedDatabases(workspace, from, to);
        List<SchemaChange> changes = databases.isPresent() && databases.get().isEmpty() ? List.of()
                : new SchemaDifference(workspace, invocation.output()::warning).compare(from, to,
                        name -> databases.isEmpty() || databases.get().contains(name));
        if (json.isSet()) {
            print(invocation, workspace, output -> output.json(out -> SchemaText.put(out, changes)));
        } else {
            print(invocation, workspace, output -> SchemaText.print(changes, output));
        }
        return !changes.isEmpty();
    }

    /** Where catalogs cannot have changed, nobody need look; empty if that is not known. */
    private static Optional<Set<String>> changedDatabases(Workspace workspace, Point from, Point to) {
        try {
            return Optional.of(ClusterDifference.of(workspace, from, to).databases().stream()
                    .filter(DatabaseDifference::catalogs).map(DatabaseDifference::name).collect(Collectors.toSet()));
        } catch (NotFoundException | UnsupportedException | UnsupportedWalException notKnown) {
            return Optional.empty();
        }
    }

    private boolean rows(Invocation invocation, Workspace workspace, Point from, Point to, List<String> names) {
        RowDifference difference = new RowDifference(workspace, invocation.output()::warning);
        String in = database.orElse("postgres");
        Format form = json.isSet() ? Format.JSON : format.orElse(Format.TEXT);
        Predicate<RowSink> compare = sink -> difference.compare(from, to, in, tables.get(), sink);
        if (invocation.output().isQuiet()) {
            return compare.test(new SilentRows());
        }
        List<Boolean> differs = new ArrayList<>();
        switch (form) {
            case TEXT -> print(invocation, workspace, output -> {
                try {
                    differs.add(compare.test(new RowText(output)));
                } catch (RowText.NobodyReads enough) {
                    differs.add(true);
                }
            });
            case CSV -> differs.add(compare.test(new RowCsv(invocation.output())));
            case JSON -> invocation.output().json(out -> {
                RowJson sink = new RowJson(out, from, to, in);
                differs.add(compare.test(sink));
                sink.finish();
            });
            case SQL -> differs.add(difference.patch(from, to, in, tables.get(), names, invocation.output().stream()));
        }
        return differs.contains(true);
    }
}
