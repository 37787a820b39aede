package dev.neon.cli.command.log;

import dev.neon.catalog.CatalogRelation;
import dev.neon.compute.history.LogEntry;
import dev.neon.compute.history.RelationNames;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.TimelineId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a transaction touched, in the words of people: tables, with what belongs to them counted as the table.
 *
 * @param database  the one that the transaction was in; empty if it touched nothing of one, or its name is not known
 * @param tables    {@code public.accounts}, in the order of the first touch; {@code 1663/5/16384} for what is not known
 * @param catalogs  whether it touched catalogs as well
 * @param isPartial whether there is more that was not listed
 */
record Touched(Optional<String> database, List<String> tables, boolean catalogs, boolean isPartial) {
    private static final String CATALOG_SCHEMA = "pg_catalog";

    static Touched by(LogEntry.Transaction entry, RelationNames names) {
        Optional<String> database = Optional.empty();
        Set<String> tables = new LinkedHashSet<>();
        boolean catalogs = false;
        for (var part : entry.transaction().relations()) {
            Optional<CatalogRelation> relation = names.find(entry.timeline(), part.relation());
            database = database.or(() -> relation.flatMap(CatalogRelation::database).map(Touched::printable));
            if (relation.isPresent() && isCatalog(relation.get())) {
                catalogs = true;
            } else {
                tables.add(name(relation, part.relation()));
            }
        }
        return new Touched(database, List.copyOf(tables), catalogs, entry.transaction().otherTouches() > 0);
    }

    static boolean isCatalog(CatalogRelation relation) {
        return relation.table().schema().equals(CATALOG_SCHEMA);
    }

    /** The name of the table that a relation belongs to. */
    static String name(Optional<CatalogRelation> relation, RelFileLocator file) {
        return relation.map(known -> printable(known.table().qualifiedName())).orElseGet(file::toString);
    }

    /** A name may hold anything; what would move the cursor is shown as U+FFFD. */
    static String printable(String name) {
        return name.chars().noneMatch(Character::isISOControl) ? name : name.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    /** A list of at most {@code most} tables; empty if nothing was touched. */
    String text(int most) {
        StringBuilder text = new StringBuilder(String.join(", ", tables.subList(0, Math.min(most, tables.size()))));
        if (tables.size() > most) {
            text.append(", ").append(tables.size() - most).append(isPartial ? " and more" : " more");
        } else if (isPartial) {
            text.append(text.isEmpty() ? "" : ", ").append("more");
        }
        if (catalogs) {
            text.append(text.isEmpty() ? "" : ", ").append("catalogs");
        }
        return text.toString();
    }

    /** Whether a relation, or the table that it belongs to, is the one that a user named in any of the usual ways. */
    static boolean isNamed(String wanted, TimelineId timeline, RelFileLocator file, RelationNames names) {
        return file.toString().equals(wanted) || names.find(timeline, file).filter(relation ->
                isNamed(wanted, relation) || isNamed(wanted, relation.table())).isPresent();
    }

    static boolean isNamed(String wanted, CatalogRelation relation) {
        return wanted.equals(relation.name()) || wanted.equals(relation.qualifiedName())
                || relation.database().map(database -> database + '.' + relation.qualifiedName()).filter(wanted::equals)
                        .isPresent();
    }
}
