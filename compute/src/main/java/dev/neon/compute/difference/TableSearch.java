package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.PartitionedTable;
import dev.neon.catalog.RelationKind;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.revision.NearNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Finds the tables that names and patterns mean, on two sides. */
final class TableSearch {
    private final String database;
    private final List<Side> sides;

    /** @throws NotFoundException if the database is on neither side */
    TableSearch(String database, Side from, Side to) {
        this.database = database;
        this.sides = List.of(from, to);
        if (from.database(database).isEmpty() && to.database(database).isEmpty()) {
            to.catalog().database(database);
        }
    }

    /** A name in its two parts. */
    private record Name(String schema, String name) {
        String qualified() {
            return schema + '.' + name;
        }
    }

    /**
     * All tables that are meant, each once, in the order of the words; those of a pattern by name.
     *
     * @param words names, {@code schema.name} or {@code name} alone, which is looked for in public first; or patterns of them
     *              with {@code *} and {@code ?}
     * @throws NotFoundException     if a word means none
     * @throws InvalidInputException if one means an index, a sequence or a toast table
     */
    List<TablePair> find(List<String> words) {
        Set<Name> names = new LinkedHashSet<>();
        for (String word : words) {
            names.addAll(isPattern(word) ? matching(word) : Set.of(named(word)));
        }
        return names.stream().map(name -> new TablePair(name.schema(), name.name(),
                sides.get(0).table(database, name.schema(), name.name()),
                sides.get(1).table(database, name.schema(), name.name()))).toList();
    }

    private static boolean isPattern(String word) {
        return word.indexOf('*') >= 0 || word.indexOf('?') >= 0;
    }

    private Set<Name> matching(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        Pattern compiled = Pattern.compile(regex.toString());
        boolean isQualified = pattern.indexOf('.') >= 0;
        Set<Name> names = new TreeSet<>(Comparator.comparing(Name::schema).thenComparing(Name::name));
        for (Side side : sides) {
            side.database(database).ifPresent(in -> {
                Predicate<Name> matches = name ->
                        compiled.matcher(isQualified ? name.qualified() : name.name()).matches();
                Set<Integer> parts = new HashSet<>();
                for (PartitionedTable table : topTables(side, in)) {
                    Name name = new Name(table.schema(), table.name());
                    if (matches.test(name)) {
                        names.add(name);
                        side.catalog().partitions(in, table).forEach(part -> parts.add(part.oid()));
                    }
                }
                side.catalog().relations(in).stream().filter(sized -> !sized.isSystem())
                        .map(sized -> sized.relation()).filter(Side::isTable)
                        .filter(relation -> !parts.contains(relation.oid()))
                        .map(relation -> new Name(relation.schema(), relation.name())).filter(matches).forEach(names::add);
            });
        }
        if (names.isEmpty()) {
            throw new NotFoundException("no table of database '" + database + "' matches '" + pattern + "', at either point",
                    "'neon relations' lists what there is at a point.");
        }
        return names;
    }

    /** Partitioned tables that are not themselves parts of one. */
    private static List<PartitionedTable> topTables(Side side, Database in) {
        List<PartitionedTable> all = side.catalog().partitioned(in);
        return all.stream().filter(table -> !side.catalog().isPartition(in, table)).toList();
    }

    private Name named(String word) {
        for (Side side : List.of(sides.get(1), sides.get(0))) {
            Optional<Database> in = side.database(database);
            if (in.isEmpty()) {
                continue;
            }
            Optional<PartitionedTable> partitioned = side.catalog().partitioned(in.get(), word);
            if (partitioned.isPresent()) {
                return new Name(partitioned.get().schema(), partitioned.get().name());
            }
            Optional<CatalogRelation> relation = side.catalog().find(in.get(), word);
            if (relation.isPresent()) {
                return checked(relation.get());
            }
        }
        throw unknown(word);
    }

    private static Name checked(CatalogRelation relation) {
        if (Side.isTable(relation)) {
            return new Name(relation.schema(), relation.name());
        }
        throw new InvalidInputException("'" + relation.qualifiedName() + "' is no table but "
                + (relation.kind() == RelationKind.INDEX ? "an index" : "a " + relation.kind().word()),
                relation.owner().isPresent() ? "Name the table that it belongs to: '" + relation.table().qualifiedName() + "'."
                        : "'--schema' compares what is no table.");
    }

    private NotFoundException unknown(String word) {
        List<String> known = new ArrayList<>();
        for (Side side : sides) {
            side.database(database).ifPresent(in -> {
                side.catalog().relations(in).stream().map(sized -> sized.relation()).filter(Side::isTable)
                        .forEach(relation -> known.add(word.indexOf('.') < 0 ? relation.name() : relation.qualifiedName()));
                side.catalog().partitioned(in).forEach(table ->
                        known.add(word.indexOf('.') < 0 ? table.name() : table.qualifiedName()));
            });
        }
        return new NotFoundException("no table '" + word + "' in database '" + database + "', at either point",
                NearNames.hint(word, new TreeSet<>(known))
                        .orElse("'neon relations' lists what there is at a point, '-d' names another database."));
    }
}
