package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.pages.TableExport;
import dev.neon.compute.pages.TableExport.Format;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.revision.Point;
import dev.neon.snapshot.DataDirectoryBuilder;
import dev.neon.snapshot.RedoEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** {@code neon export}. */
final class ExportCommand extends Command {
    private final Option<String> table = option("-t", "--table").label("name")
            .help("write the rows of this table only, schema.name or name").text();
    private final Option<String> database = option("-d", "--database").label("name")
            .help("the database that the table is in; postgres if left out").text();
    private final Option<Format> format = option("--format").label("format")
            .help("the form of the rows; csv if left out").of(Format.class);
    private final Option<RedoEngine> redo = RedoOption.of(option("--redo"));
    private final Flag json = json();
    private final Parameter<String> revision = parameter("revision").completes(ValueKind.REVISIONS)
            .help("the point to export").required();
    private final OptionalParameter<Path> target = parameter("target").completes(ValueKind.FILE)
            .help("the data directory to make, or with --table the file; must not exist").optional(Path::of);

    @Override
    public Description description() {
        return Description.of("Write a data directory that PostgreSQL starts without neon")
                .text("""
                        Writes the state at a revision as a plain data directory, WAL included. 'postgres -D <directory>' of
                        the same major version opens it at exactly that point; where WAL has to be replayed, its first start
                        does so. Nothing in it refers to the repository.

                        With --table, it writes the rows that one table had at that point, to a file or else to the standard
                        output: as csv with a line of names, as text in the form of COPY, or as sql with CREATE TABLE and
                        COPY, for psql. For that, only the catalogs of the database and the files of the table are made, for
                        a PostgreSQL that nobody can connect to and that is gone afterwards; the cost follows those, not the
                        cluster. Materialized views, partitioned tables and sequences are tables as well. Times are in UTC,
                        and text is in the encoding of the database. CREATE TABLE has columns, types and NOT NULL, but
                        neither defaults nor constraints nor indexes; a table's generated columns are not among its rows, nor
                        are the rows of tables that inherit from it. Where WAL has records that neon does not know, the
                        whole cluster is made for it.
                        """)
                .example("neon export v1 /srv/restored", "Writes the state that the tag v1 names.")
                .example("neon export --table public.accounts 'main@{yesterday}' accounts.csv",
                        "Writes a table as it was.")
                .example("neon export -t accounts --format sql v1 | neon psql rescue",
                        "Brings a table that was lost back on another branch.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws IOException {
        if (table.isPresent()) {
            refuse("--redo", redo.isPresent(), "With --table, neon reads the pages itself wherever it can.");
            refuse("--json", json.isSet() && !target.isPresent(), "The rows go to the standard output; name a file.");
        } else {
            refuse("--database", database.isPresent(), "Without --table, all databases are exported.");
            refuse("--format", format.isPresent(), "Without --table, a data directory is made.");
            if (!target.isPresent()) {
                throw new UsageException("'target' is missing", "Name the directory to make, or a --table.");
            }
        }
        Workspace workspace = Workspaces.open(invocation);
        Point point = Workspaces.point(workspace, invocation.output(), revision.get());
        if (table.isPresent()) {
            exportTable(invocation, workspace, point);
        } else {
            exportAll(invocation, workspace, point);
        }
        return ExitCode.OK;
    }

    private static void refuse(String option, boolean isGiven, String reason) {
        if (isGiven) {
            throw new UsageException("'" + option + "' has no meaning here", reason);
        }
    }

    private void exportAll(Invocation invocation, Workspace workspace, Point point) {
        Path directory = invocation.resolve(target.get().orElseThrow());
        DataDirectoryBuilder.Built built;
        try (HeldLease _ = workspace.repository().leases().holdForReading("export of " + revision.get(),
                Lease.Span.ofPoint(point.timeline(), point.lsn()))) {
            built = workspace.dataDirectories().export(point.timeline(), point.lsn(), directory,
                    redo.orElse(RedoEngine.NEON));
        }
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> out.put("directory", directory.toString())
                    .put("timeline", point.timeline().hex()).put("lsn", point.lsn().toString())
                    .put("replayBytes", built.replay())));
        } else {
            invocation.output().line("exported " + point.lsn() + " to " + target.get().orElseThrow()
                    + (built.replay() == 0 ? "" : "; its first start replays " + Sizes.bytes(built.replay())
                    + " of WAL"));
        }
    }

    private void exportTable(Invocation invocation, Workspace workspace, Point point) throws IOException {
        TableExport export = new TableExport(workspace, invocation.output()::warning);
        String name = table.get().orElseThrow();
        String in = database.orElse("postgres");
        if (!target.isPresent()) {
            export.export(point, in, name, format.orElse(Format.CSV), invocation.output().stream());
            return;
        }
        Path file = invocation.resolve(target.get().orElseThrow());
        long bytes = toFile(file, out -> export.export(point, in, name, format.orElse(Format.CSV), out));
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> out.put("file", file.toString()).put("table", name)
                    .put("database", in).put("timeline", point.timeline().hex()).put("lsn", point.lsn().toString())
                    .put("bytes", bytes)));
        } else {
            invocation.output().line("exported '" + name + "' at " + point.lsn() + " to " + target.get().orElseThrow()
                    + ", " + Sizes.bytes(bytes));
        }
    }

    private interface Writing {
        void to(OutputStream out) throws IOException;
    }

    /** The file is whole, or not there. */
    private static long toFile(Path file, Writing writing) throws IOException {
        if (Files.exists(file)) {
            throw new AlreadyExistsException("'" + file + "' already exists", "Name a new file.");
        }
        Path temporary = DurableFiles.temporaryBeside(file);
        try {
            try (OutputStream out = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW)) {
                writing.to(out);
            }
            long bytes = Files.size(temporary);
            Files.move(temporary, file);
            return bytes;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
