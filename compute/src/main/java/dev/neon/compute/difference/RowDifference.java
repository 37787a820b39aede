package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.compute.pages.SingleUserServer;
import dev.neon.compute.workspace.Workspace;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.repository.ScratchDirectory;
import dev.neon.repo.revision.Point;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the rows that differ between two points. Of a table whose history is at hand only the blocks are read that changed
 * since the points' common one; PostgreSQL reads them, on both sides at the same time.
 */
public final class RowDifference {
    private final Workspace workspace;
    private final Consumer<String> notes;

    /** @param notes is told of what is not as usual, in words for people */
    public RowDifference(Workspace workspace, Consumer<String> notes) {
        this.workspace = workspace;
        this.notes = notes;
    }

    /**
     * Compares tables, in the order in which they are named.
     *
     * @param database in which they are
     * @param tables   names and patterns, as {@link TableSearch#find} takes them
     * @return whether any row differs, or a table is on one side only or has other columns
     * @throws NotFoundException                           if a table is on neither side
     * @throws dev.neon.repo.error.InvalidInputException   if one is an index, a sequence or a toast table
     * @throws dev.neon.repo.error.PostgresFailedException if PostgreSQL cannot read one
     */
    public boolean compare(Point from, Point to, String database, List<String> tables, RowSink sink) {
        return compare(new Both<>(from, to), database, tables, sink.wantsAll(),
                (comparison, scratch) -> comparison.run(entry -> sink));
    }

    /**
     * Writes a patch: statements that turn the tables of the first point into those of the second, in one transaction.
     *
     * @param names what the points are called
     */
    public boolean patch(Point from, Point to, String database, List<String> tables, List<String> names, OutputStream out) {
        return compare(new Both<>(from, to), database, tables, true, (comparison, scratch) -> {
            try {
                List<PatchFrame> frames = comparison.entries().stream()
                        .map(entry -> PatchFrame.of(entry, comparison.servers())).toList();
                out.write(SqlPatch.head(names.get(0), names.get(1), database).getBytes(StandardCharsets.UTF_8));
                boolean differs = comparison.run(entry -> new SqlPatch(entry,
                        frames.get(comparison.entries().indexOf(entry)), scratch, out));
                out.write(SqlPatch.tail().getBytes(StandardCharsets.UTF_8));
                return differs;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private interface Comparing {
        boolean run(TableComparison comparison, Path scratch);
    }

    private boolean compare(Both<Point> points, String database, List<String> tables, boolean all, Comparing comparing) {
        try (HeldLease _ = lease(points.from()); HeldLease _ = lease(points.to());
                ScratchDirectory scratch = ScratchDirectory.make(workspace.repository())) {
            SingleUserServer.prepare();
            return compare(points, database, tables, all, scratch.path(), comparing);
        }
    }

    private HeldLease lease(Point point) {
        return workspace.repository().leases().holdForReading("diff", Lease.Span.ofPoint(point.timeline(), point.lsn()));
    }

    private boolean compare(Both<Point> points, String database, List<String> words, boolean all, Path scratch,
            Comparing comparing) {
        try (Side from = Side.openOrWrite(workspace, true, points.from(), scratch, notes);
                Side to = Side.openOrWrite(workspace, false, points.to(), scratch, notes)) {
            Both<Side> sides = new Both<>(from, to);
            Both<Database> databases = new Both<>(from.catalog().database(database), to.catalog().database(database));
            List<TablePair> pairs = new TableSearch(database, from, to).find(words);
            pairs.forEach(pair -> warn(pair, sides));
            Map<RelFileLocator, BitSet> blocks = new BlockChoice(workspace, sides, databases).of(pairs);
            if (!all && pairs.stream().allMatch(pair -> isSurelySame(pair, blocks))) {
                return false;
            }
            Both<SideServer> servers = Both.of(sides, side ->
                    serve(side, side.isFrom() ? databases.from() : databases.to(), pairs, blocks, scratch));
            try (SideServer one = servers.from(); SideServer other = servers.to()) {
                boolean differs = comparing.run(new TableComparison(new Both<>(one, other), pairs, blocks), scratch);
                one.stop();
                other.stop();
                return differs;
            }
        }
    }

    /** Whether it has the same files on both sides, and no block of them changed. */
    private static boolean isSurelySame(TablePair pair, Map<RelFileLocator, BitSet> blocks) {
        List<Set<RelFileLocator>> files = Stream.of(pair.from(), pair.to()).map(side -> side.stream()
                .flatMap(found -> found.leaves().stream()).map(CatalogRelation::file).collect(Collectors.toSet())).toList();
        return pair.from().isPresent() && pair.to().isPresent() && files.get(0).equals(files.get(1)) && !files.get(0).isEmpty()
                && files.get(0).stream().allMatch(file -> blocks.containsKey(file) && blocks.get(file).isEmpty());
    }

    private void warn(TablePair pair, Both<Side> sides) {
        for (Side side : List.of(sides.from(), sides.to())) {
            pair.on(side).ifPresent(found -> found.leaves().stream()
                    .filter(leaf -> side.pages().metadata().exists(new ForkKey(leaf.file(), ForkNumber.INIT.ordinal())))
                    .findFirst().ifPresent(leaf -> notes.accept("'" + leaf.qualifiedName()
                            + "' is unlogged: it has no history, and a restart empties it")));
        }
    }

    private SideServer serve(Side side, Database database, List<TablePair> pairs, Map<RelFileLocator, BitSet> blocks,
            Path scratch) {
        // A partition may be named beside the table that it is a part of.
        List<CatalogRelation> tables = pairs.stream().flatMap(pair -> pair.on(side).stream())
                .flatMap(found -> found.leaves().stream()).distinct().toList();
        return new SideServer(side.serve(workspace, database, scratch, data ->
                new SidePart(workspace, side, database, data).write(tables, blocks)));
    }
}
