package dev.neon.cli.command.page;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.PointCatalog;
import dev.neon.catalog.SizedRelation;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Json;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Table;
import dev.neon.cli.io.Table.Align;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.pages.PointView;
import dev.neon.compute.workspace.Workspace;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.files.Escape;
import dev.neon.repo.revision.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code neon relations}. */
public final class RelationsCommand extends Command {
    private final Option<String> database = option("-d", "--database").label("name")
            .help("only the relations of this database").text();
    private final Flag system = flag("--system").help("those of PostgreSQL itself as well, its shared ones among them");
    private final Flag json = json();
    private final Flag porcelain = porcelain();
    private final Parameter<String> revision = parameter("revision").completes(ValueKind.REVISIONS)
            .help("the point to look at").required();

    /** A database, or what all share, with what is to be shown of it. */
    private record Part(Optional<Database> database, long bytes, List<SizedRelation> relations) {}

    @Override
    public Description description() {
        return Description.of("List databases and relations as they were at a point")
                .text("""
                        Lists the databases of the cluster at a point of history, and their tables, indexes, sequences,
                        materialized views and toast tables, with the file that each had and what it took. It reads the
                        catalogs of that point itself, without a server and without making a data directory.

                        PAGES are those of the main fork. SIZE is that of all forks of the relation, TOTAL counts its
                        indexes and its toast table as well. Free space maps and temporary relations do not count, and an
                        unlogged relation has only what it begins with. The size of a database is that of all its files.

                        --porcelain prints a line for each database and each relation, with tabs between the fields:
                        'database', name, oid, bytes; and 'relation', database, schema, name, kind, path, pages, bytes,
                        total bytes. A shared relation has no database.
                        """)
                .example("neon relations main", "Lists what is in main now.")
                .example("neon relations -d shop v1", "Lists the relations that the database shop had at the tag v1.")
                .example("neon relations --system --json HEAD", "Prints all relations, the catalogs too, as JSON.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        if (json.isSet() && porcelain.isSet()) {
            throw new UsageException("'--json' and '--porcelain' exclude each other");
        }
        Workspace workspace = Workspaces.open(invocation);
        Point point = Workspaces.point(workspace, invocation.output(), revision.get());
        try (PointView at = PointView.open(workspace, point)) {
            List<Part> parts = parts(at.catalog());
            if (json.isSet()) {
                invocation.output().json(out -> out.array(parts, part -> json(out, at.major(), part)));
            } else if (porcelain.isSet()) {
                parts.forEach(part -> porcelain(invocation.output(), at.major(), part));
            } else {
                invocation.paged(workspace.repository().config().get(Invocation.PAGER_KEY),
                        screen -> print(screen, at.major(), parts));
            }
        }
        return ExitCode.OK;
    }

    private List<Part> parts(PointCatalog catalog) {
        List<Database> databases = database.isPresent() ? List.of(catalog.database(database.get().orElseThrow()))
                : catalog.databases();
        List<Part> parts = new ArrayList<>(databases.stream().map(one -> new Part(Optional.of(one),
                catalog.bytes(one), catalog.relations(one).stream()
                        .filter(relation -> system.isSet() || !relation.isSystem()).toList())).toList());
        if (system.isSet() && !database.isPresent()) {
            List<SizedRelation> shared = catalog.shared();
            parts.add(new Part(Optional.empty(), shared.stream().mapToLong(SizedRelation::bytes).sum(), shared));
        }
        return parts;
    }

    private static String path(PostgresMajor major, SizedRelation sized) {
        return RelationPath.of(major, sized.relation().file(), ForkNumber.MAIN);
    }

    private static String kind(SizedRelation sized) {
        return (sized.isUnlogged() ? "unlogged " : "") + sized.relation().kind().word();
    }

    private static void print(Output screen, PostgresMajor major, List<Part> parts) {
        boolean isFirst = true;
        for (Part part : parts) {
            screen.line((isFirst ? "" : "\n") + part.database().map(one -> "database " + one.name() + " (oid "
                    + Integer.toUnsignedString(one.oid()) + ")").orElse("shared by all databases") + ", "
                    + Sizes.bytes(part.bytes()));
            isFirst = false;
            Table table = new Table(Align.LEFT, Align.LEFT, Align.LEFT, Align.LEFT, Align.RIGHT, Align.RIGHT, Align.RIGHT)
                    .header("SCHEMA", "NAME", "KIND", "PATH", "PAGES", "SIZE", "TOTAL");
            for (SizedRelation sized : part.relations()) {
                CatalogRelation relation = sized.relation();
                table.row(relation.schema(), relation.name(), kind(sized), path(major, sized),
                        Long.toString(sized.main()), Sizes.bytes(sized.bytes()), Sizes.bytes(sized.totalBytes()));
            }
            if (!part.relations().isEmpty()) {
                screen.table(table);
            }
        }
    }

    private static void porcelain(Output output, PostgresMajor major, Part part) {
        String name = part.database().map(one -> Escape.escape(one.name())).orElse("");
        part.database().ifPresent(one -> output.line("database\t" + name + '\t' + Integer.toUnsignedString(one.oid())
                + '\t' + part.bytes()));
        part.relations().forEach(sized -> output.line("relation\t" + name + '\t'
                + Escape.escape(sized.relation().schema()) + '\t' + Escape.escape(sized.relation().name()) + '\t'
                + kind(sized) + '\t' + path(major, sized) + '\t' + sized.main() + '\t' + sized.bytes() + '\t'
                + sized.totalBytes()));
    }

    private static void json(Json out, PostgresMajor major, Part part) {
        out.object(() -> out.put("database", part.database().map(Database::name))
                .putNumber("oid", part.database().map(one -> Integer.toUnsignedLong(one.oid()))).put("bytes", part.bytes())
                .putArray("relations", part.relations(), sized -> out.object(() -> relation(out, major, sized))));
    }

    private static void relation(Json out, PostgresMajor major, SizedRelation sized) {
        CatalogRelation relation = sized.relation();
        out.put("schema", relation.schema()).put("name", relation.name()).put("kind", relation.kind().word())
                .put("oid", Integer.toUnsignedLong(relation.oid())).put("of", relation.owner().map(CatalogRelation::qualifiedName))
                .put("path", path(major, sized)).put("unlogged", sized.isUnlogged()).put("mainPages", sized.main())
                .put("vmPages", sized.map()).put("initPages", sized.init()).put("bytes", sized.bytes())
                .put("totalBytes", sized.totalBytes());
    }
}
