package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.RelationKind;
import dev.neon.catalog.SizedRelation;
import dev.neon.compute.workspace.Workspace;
import dev.neon.difference.ToastPointers;
import dev.neon.materialise.ChosenPages;
import dev.neon.page.Page;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.rmgr.btree.OidSearch;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a data directory that has the catalogs of a database, and of tables either all pages or some blocks only, one
 * after the other; of toasted values then those that these blocks point to.
 */
final class SidePart {
    private static final int GLOBAL_TABLESPACE = 1664;
    /** Large objects are as large as people make them, and no table's. */
    private static final int PG_LARGEOBJECT = 2613;

    private final Workspace workspace;
    private final Side side;
    private final Path data;
    private final List<SizedRelation> relations;
    private final Map<Integer, CatalogRelation> toastTables = new HashMap<>();
    private final Map<Integer, CatalogRelation> toastIndexes = new HashMap<>();

    /** @param data does not exist; its parent does */
    SidePart(Workspace workspace, Side side, Database database, Path data) {
        this.workspace = workspace;
        this.side = side;
        this.data = data;
        this.relations = side.catalog().relations(database);
        for (SizedRelation sized : relations) {
            CatalogRelation relation = sized.relation();
            relation.owner().ifPresent(owner -> {
                if (relation.kind() == RelationKind.TOAST_TABLE) {
                    toastTables.put(owner.oid(), relation);
                } else if (owner.kind() == RelationKind.TOAST_TABLE) {
                    toastIndexes.put(owner.oid(), relation);
                }
            });
        }
    }

    /**
     * Writes it.
     *
     * @param blocks which blocks of a table, by its file; of others all
     */
    void write(List<CatalogRelation> tables, Map<RelFileLocator, BitSet> blocks) {
        Set<RelFileLocator> needed = new HashSet<>();
        for (SizedRelation sized : relations) {
            CatalogRelation relation = sized.relation();
            if (sized.isSystem() && relation.table().oid() != PG_LARGEOBJECT || relation.kind() == RelationKind.SEQUENCE) {
                needed.add(relation.file());
            }
        }
        for (CatalogRelation table : tables) {
            if (!blocks.containsKey(table.file())) {
                needed.add(table.file());
                toast(table).ifPresent(toast -> {
                    needed.add(toast.file());
                    needed.add(toastIndexes.get(toast.oid()).file());
                });
            }
        }
        workspace.dataDirectories().exportPart(side.point().timeline(), side.layers().orElseThrow().pages(),
                // Nobody needs a visibility map to read: half of the files would be such.
                fork -> fork.fork() != ForkNumber.VISIBILITYMAP.ordinal() && (fork.relation().tablespace() == 0
                        || fork.relation().tablespace() == GLOBAL_TABLESPACE || needed.contains(fork.relation())), data);
        ChosenPages chosen = new ChosenPages(workspace.repository().context().steps(), side.pages(), data);
        for (CatalogRelation table : tables) {
            if (blocks.containsKey(table.file())) {
                writeBlocks(chosen, table, blocks.get(table.file()));
            }
        }
    }

    private Optional<CatalogRelation> toast(CatalogRelation table) {
        return Optional.ofNullable(toastTables.get(table.oid())).filter(toast -> toastIndexes.containsKey(toast.oid()));
    }

    private void writeBlocks(ChosenPages chosen, CatalogRelation table, BitSet blocks) {
        Optional<CatalogRelation> toast = toast(table);
        makeDirectory(table.file());
        if (toast.isEmpty()) {
            chosen.packed(main(table), blocks, page -> {});
            return;
        }
        ToastPointers pointers = new ToastPointers(toast.get().oid());
        chosen.packed(main(table), blocks, pointers::add);
        ForkKey index = main(toastIndexes.get(toast.get().oid()));
        OidSearch search = new OidSearch(block -> {
            Page page = Page.zero();
            side.pages().read(index, block, page.bytes());
            return page;
        });
        search.find(pointers.values());
        chosen.sparse(main(toast.get()), search.rows());
        chosen.sparse(index, search.visited());
    }

    private void makeDirectory(RelFileLocator file) {
        workspace.repository().files().createDirectories(
                data.resolve(RelationPath.of(side.pages().metadata().major(), file, ForkNumber.MAIN)).getParent());
    }

    private static ForkKey main(CatalogRelation relation) {
        return new ForkKey(relation.file(), ForkNumber.MAIN.ordinal());
    }
}
