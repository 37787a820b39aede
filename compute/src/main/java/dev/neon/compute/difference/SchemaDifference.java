package dev.neon.compute.difference;

import dev.neon.catalog.FileCatalog.Database;
import dev.neon.compute.difference.SchemaChange.Line;
import dev.neon.compute.difference.SchemaChange.Sign;
import dev.neon.compute.difference.SchemaChange.State;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.repository.ScratchDirectory;
import dev.neon.repo.revision.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Finds what was created, dropped and altered between two points, as PostgreSQL prints it from its catalogs. */
public final class SchemaDifference {
    private final Workspace workspace;
    private final Consumer<String> notes;

    /** @param notes is told of what is not as usual, in words for people */
    public SchemaDifference(Workspace workspace, Consumer<String> notes) {
        this.workspace = workspace;
        this.notes = notes;
    }

    /**
     * Compares databases.
     *
     * @param databases those to look at, by name; one that is on one side only is told as created or dropped
     * @throws NotFoundException                           if there is none at either point
     * @throws dev.neon.repo.error.PostgresFailedException if PostgreSQL cannot read the catalogs
     */
    public List<SchemaChange> compare(Point from, Point to, Predicate<String> databases) {
        List<SchemaChange> changes = new ArrayList<>();
        try (HeldLease _ = lease(from); HeldLease _ = lease(to);
                ScratchDirectory scratch = ScratchDirectory.make(workspace.repository());
                Side first = Side.openOrWrite(workspace, true, from, scratch.path(), notes);
                Side second = Side.openOrWrite(workspace, false, to, scratch.path(), notes)) {
            for (String database : names(first, second, databases)) {
                compare(new Both<>(first, second), database, scratch.path(), changes);
            }
        }
        return changes;
    }

    private static Set<String> names(Side from, Side to, Predicate<String> which) {
        Set<String> known = new TreeSet<>();
        from.catalog().databases().forEach(database -> known.add(database.name()));
        to.catalog().databases().forEach(database -> known.add(database.name()));
        Set<String> names = new TreeSet<>(known);
        names.removeIf(which.negate());
        if (names.isEmpty()) {
            throw new NotFoundException("no such database, at either point", "There are: " + String.join(", ", known) + '.');
        }
        return names;
    }

    private HeldLease lease(Point point) {
        return workspace.repository().leases().holdForReading("diff", Lease.Span.ofPoint(point.timeline(), point.lsn()));
    }

    private void compare(Both<Side> sides, String name, Path scratch, List<SchemaChange> changes) {
        Optional<Database> from = sides.from().database(name);
        Optional<Database> to = sides.to().database(name);
        if (from.isEmpty() || to.isEmpty()) {
            changes.add(new SchemaChange(name, "database", Sql.identifier(name), from.isEmpty() ? State.CREATED : State.DROPPED,
                    List.of(new Line(from.isEmpty() ? Sign.ADDED : Sign.REMOVED, "CREATE DATABASE " + Sql.identifier(name)))));
            return;
        }
        Both<List<SchemaObject>> objects = Both.of(sides, side -> read(side, side.isFrom() ? from.get() : to.get(), scratch));
        changes.addAll(compare(name, objects));
    }

    private List<SchemaObject> read(Side side, Database database, Path scratch) {
        try (SideServer server = new SideServer(side.serve(workspace, database, scratch, data ->
                new SidePart(workspace, side, database, data).write(List.of(), Map.of())))) {
            return SchemaQueries.read(server);
        }
    }

    static List<SchemaChange> compare(String database, Both<List<SchemaObject>> objects) {
        Map<List<String>, SchemaObject> before = new LinkedHashMap<>();
        objects.from().forEach(object -> before.put(List.of(object.kind(), object.name()), object));
        List<SchemaChange> changes = new ArrayList<>();
        for (SchemaObject now : objects.to()) {
            SchemaObject old = before.remove(List.of(now.kind(), now.name()));
            if (old == null) {
                changes.add(whole(database, now, State.CREATED, Sign.ADDED));
            } else if (!old.lines().equals(now.lines())) {
                changes.add(new SchemaChange(database, now.kind(), now.name(), State.ALTERED,
                        SchemaLines.of(old.lines(), now.lines())));
            }
        }
        before.values().forEach(old -> changes.add(whole(database, old, State.DROPPED, Sign.REMOVED)));
        return changes;
    }

    private static SchemaChange whole(String database, SchemaObject object, State state, Sign sign) {
        return new SchemaChange(database, object.kind(), object.name(), state,
                object.lines().stream().map(line -> new Line(sign, line)).toList());
    }
}
