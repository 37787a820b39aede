package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.SizedRelation;
import dev.neon.compute.difference.RelationDifference.Happened;
import dev.neon.compute.difference.RelationDifference.State;
import dev.neon.compute.difference.TableLayout.Place;
import dev.neon.difference.RelationChange;
import dev.neon.difference.WalChanges;
import dev.neon.repo.RelFileLocator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Gives what happened to files the names of relations. */
final class DifferenceNames {
    /** Written by ANALYZE alone. */
    private static final Set<Integer> STATISTICS = Set.of(2619, 3429);
    private static final Comparator<RelationDifference> ORDER =
            Comparator.comparing((RelationDifference one) -> one.relation().table().qualifiedName())
                    .thenComparing(one -> one.relation().owner().isPresent())
                    .thenComparing(one -> one.relation().qualifiedName());

    private final Both<Side> sides;
    private final Side common;

    DifferenceNames(Both<Side> sides, Side common) {
        this.sides = sides;
        this.common = common;
    }

    /** Those in which something happened. */
    List<DatabaseDifference> databases(Both<WalChanges> changes) {
        Map<Integer, Both<List<RelationChange>>> byDatabase = new TreeMap<>();
        collect(changes.from(), true, byDatabase);
        collect(changes.to(), false, byDatabase);
        Set<String> names = new TreeSet<>();
        for (Side side : List.of(sides.from(), sides.to())) {
            side.catalog().databases().forEach(database -> names.add(database.name()));
        }
        List<DatabaseDifference> found = new ArrayList<>();
        for (String name : names) {
            Optional<Database> from = sides.from().database(name);
            Optional<Database> to = sides.to().database(name);
            int oid = to.or(() -> from).orElseThrow().oid();
            boolean isTouched = byDatabase.containsKey(oid);
            if (from.isEmpty() || to.isEmpty()) {
                found.add(new DatabaseDifference(name, from.isEmpty() ? Place.TO_ONLY : Place.FROM_ONLY, List.of(), true, 0));
            } else if (isTouched) {
                DatabaseDifference database = new OneDatabase(from.get(), to.get()).read(name, byDatabase.get(oid));
                if (!database.relations().isEmpty() || database.catalogs() || database.unknown() > 0) {
                    found.add(database);
                }
            }
        }
        return found;
    }

    private static void collect(WalChanges changes, boolean isFrom, Map<Integer, Both<List<RelationChange>>> byDatabase) {
        for (RelationChange change : changes.relations()) {
            if (change.relation().tablespace() != 0) {
                Both<List<RelationChange>> both = byDatabase.computeIfAbsent(change.relation().database(),
                        any -> new Both<>(new ArrayList<>(), new ArrayList<>()));
                (isFrom ? both.from() : both.to()).add(change);
            }
        }
    }

    boolean isSharedChanged(Both<WalChanges> changes) {
        return isSharedChanged(changes.from()) || isSharedChanged(changes.to());
    }

    private static boolean isSharedChanged(WalChanges changes) {
        return changes.relations().stream().anyMatch(change -> change.relation().database() == 0
                && change.relation().tablespace() != 0 && !change.rows().isNone());
    }

    /** A database that is on both sides. */
    private final class OneDatabase {
        private final Both<Map<Integer, CatalogRelation>> now;
        private final Map<Integer, CatalogRelation> before = new HashMap<>();
        private final Map<RelFileLocator, Integer> oidsBefore = new HashMap<>();
        /** What happened to relations, by oid. */
        private final Both<Map<Integer, Happened>> happened = new Both<>(new HashMap<>(), new HashMap<>());
        private boolean catalogs;
        private long unknown;

        OneDatabase(Database from, Database to) {
            this.now = new Both<>(byOid(sides.from(), from), byOid(sides.to(), to));
            common.database(from.name()).or(() -> common.database(to.name()))
                    .ifPresent(database -> before.putAll(byOid(common, database)));
            before.values().forEach(relation -> oidsBefore.put(relation.file(), relation.oid()));
        }

        private static Map<Integer, CatalogRelation> byOid(Side side, Database database) {
            Map<Integer, CatalogRelation> byOid = new HashMap<>();
            for (SizedRelation sized : side.catalog().relations(database)) {
                byOid.put(sized.relation().oid(), sized.relation());
            }
            return byOid;
        }

        DatabaseDifference read(String name, Both<List<RelationChange>> changes) {
            take(changes.from(), now.from(), happened.from());
            take(changes.to(), now.to(), happened.to());
            List<RelationDifference> relations = new ArrayList<>();
            Set<Integer> oids = new TreeSet<>(now.from().keySet());
            oids.addAll(now.to().keySet());
            for (int oid : oids) {
                add(oid, relations);
            }
            relations.removeIf(one -> isSystem(one.relation()));
            relations.sort(ORDER);
            return new DatabaseDifference(name, Place.BOTH, relations, catalogs, unknown);
        }

        private void take(List<RelationChange> changes, Map<Integer, CatalogRelation> relations, Map<Integer, Happened> to) {
            Map<RelFileLocator, Integer> oids = new HashMap<>(oidsBefore);
            relations.values().forEach(relation -> oids.put(relation.file(), relation.oid()));
            for (RelationChange change : changes) {
                Integer oid = oids.get(change.relation());
                if (oid == null) {
                    unknown += change.blocks();
                    continue;
                }
                to.merge(oid, new Happened(change.blocks(), change.bytes(), change.rows()), Happened::plus);
                CatalogRelation relation = relations.getOrDefault(oid, before.get(oid));
                catalogs |= relation != null && isSystem(relation) && !change.rows().isNone()
                        && !STATISTICS.contains(relation.table().oid());
            }
        }

        private void add(int oid, List<RelationDifference> relations) {
            CatalogRelation from = now.from().get(oid);
            CatalogRelation to = now.to().get(oid);
            Happened fromHappened = happened.from().getOrDefault(oid, Happened.NOTHING);
            Happened toHappened = happened.to().getOrDefault(oid, Happened.NOTHING);
            boolean isSameOne = from != null && to != null
                    && (before.containsKey(oid) || from.qualifiedName().equals(to.qualifiedName()));
            if (isSameOne) {
                State state = from.file().equals(to.file()) ? State.SAME : State.REWRITTEN;
                Optional<String> formerly = Optional.of(from.qualifiedName()).filter(name -> !name.equals(to.qualifiedName()));
                RelationDifference one = new RelationDifference(to, state, formerly, fromHappened, toHappened);
                if (one.isDifferent() || fromHappened.blocks() + toHappened.blocks() > 0) {
                    relations.add(one);
                }
                return;
            }
            if (from != null) {
                relations.add(new RelationDifference(from, State.DROPPED, Optional.empty(), fromHappened, Happened.NOTHING));
            }
            if (to != null) {
                relations.add(new RelationDifference(to, State.CREATED, Optional.empty(), Happened.NOTHING, toHappened));
            }
        }
    }

    private static boolean isSystem(CatalogRelation relation) {
        return relation.file().database() == 0 || Set.of("pg_catalog", "information_schema").contains(relation.table().schema());
    }
}
