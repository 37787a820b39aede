package dev.neon.state;

import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.rmgr.database.DatabaseRecord;
import dev.neon.rmgr.relmap.RelMapRecord;
import dev.neon.rmgr.tablespace.TablespaceRecord;
import java.util.List;

/**
 * Directories of databases and tablespaces ({@code REL_17 dbcommands.c dbase_redo}, {@code tablespace.c tblspc_redo},
 * {@code relmapper.c relmap_redo}).
 */
final class DatabaseRedo {
    void redo(DatabaseRecord said, ClusterMetadata metadata, ForkEvents events) {
        switch (said) {
            case DatabaseRecord.CreateFileCopy copy -> copy(
                    new DatabaseDirectory(copy.sourceTablespace(), copy.sourceDatabase()),
                    new DatabaseDirectory(copy.tablespace(), copy.database()), metadata, events);
            case DatabaseRecord.CreateWalLog create -> metadata.changeableDatabases().merge(
                    new DatabaseDirectory(create.tablespace(), create.database()),
                    new DatabaseFiles(true, new byte[0]), (before, made) -> new DatabaseFiles(true, before.map()));
            case DatabaseRecord.Drop drop -> {
                for (int tablespace : drop.tablespaces()) {
                    drop(new DatabaseDirectory(tablespace, drop.database()), metadata, events);
                }
            }
        }
    }

    private static void copy(DatabaseDirectory from, DatabaseDirectory to, ClusterMetadata metadata,
            ForkEvents events) {
        drop(to, metadata, events);
        DatabaseFiles files = metadata.changeableDatabases().computeIfAbsent(from, missing -> DatabaseFiles.NONE);
        metadata.changeableDatabases().put(to, files);
        for (ForkKey source : metadata.sizes().forks(from)) {
            ForkKey copy = new ForkKey(
                    new RelFileLocator(to.tablespace(), to.database(), source.relation().relation()), source.fork());
            int blocks = metadata.blocks(source);
            metadata.sizes().set(copy, blocks);
            events.copied(source, copy, blocks);
        }
    }

    private static void drop(DatabaseDirectory directory, ClusterMetadata metadata, ForkEvents events) {
        for (ForkKey fork : metadata.sizes().forks(directory)) {
            MetadataRedo.drop(fork, metadata, events);
        }
        metadata.changeableDatabases().remove(directory);
    }

    void redo(TablespaceRecord said, ClusterMetadata metadata, ForkEvents events) {
        switch (said) {
            case TablespaceRecord.Create create ->
                    metadata.changeableTablespaces().put(create.tablespace(), create.location());
            case TablespaceRecord.Drop drop -> {
                List<DatabaseDirectory> inside = metadata.databases().keySet().stream()
                        .filter(directory -> directory.tablespace() == drop.tablespace()).toList();
                inside.forEach(directory -> drop(directory, metadata, events));
                metadata.changeableTablespaces().remove(drop.tablespace());
            }
        }
    }

    void redo(RelMapRecord.Update said, ClusterMetadata metadata) {
        if (said.database() == 0) {
            metadata.globalMap(said.map());
        } else {
            metadata.changeableDatabases().merge(new DatabaseDirectory(said.tablespace(), said.database()),
                    new DatabaseFiles(false, said.map()),
                    (before, update) -> new DatabaseFiles(before.hasVersion(), update.map()));
        }
    }
}
