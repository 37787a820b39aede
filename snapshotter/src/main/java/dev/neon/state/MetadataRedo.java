package dev.neon.state;

import dev.neon.dialect.WalDialect;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.rmgr.clog.ClogRecord;
import dev.neon.rmgr.committs.CommitTsRecord;
import dev.neon.rmgr.database.DatabaseRecord;
import dev.neon.rmgr.multixact.MultiXactRecord;
import dev.neon.rmgr.origin.ReplicationOriginRecord;
import dev.neon.rmgr.relmap.RelMapRecord;
import dev.neon.rmgr.storage.StorageRecord;
import dev.neon.rmgr.tablespace.TablespaceRecord;
import dev.neon.rmgr.transaction.TransactionRecord;
import dev.neon.rmgr.xlog.XlogRecord;
import dev.neon.wal.WalRecord;

/**
 * Brings metadata forward record by record, as PostgreSQL's crash recovery does ({@code REL_17 xlogrecovery.c
 * ApplyWalRecord} and each {@code rm_redo}). What only a hot standby does is left out: it takes the next transaction from
 * the records of running ones, too. Used by one thread, for one history.
 */
public final class MetadataRedo {
    /** Those whose records change more than blocks that they refer to: 0 to 7, 18 and 19. */
    private static final long CONCERNED = 0xFF | 1 << 18 | 1 << 19;
    private static final int LAST_BUILTIN = 21;
    /** Heap blocks in a page of the visibility map: two bits each ({@code visibilitymap.c HEAPBLOCKS_PER_PAGE}). */
    private static final int HEAP_BLOCKS_PER_MAP_PAGE = (WalRecord.PAGE_SIZE - 24) * 4;
    private static final int FSM = ForkNumber.FSM.ordinal();

    private final WalDialect dialect;
    private final TransactionRedo transactions = new TransactionRedo();
    private final MultiXactRedo multiXacts = new MultiXactRedo();
    private final ServerRedo server = new ServerRedo();
    private final DatabaseRedo databases = new DatabaseRedo();

    public MetadataRedo(PostgresMajor major) {
        this.dialect = WalDialect.of(major);
    }

    /**
     * Does one record: the one that follows the metadata's {@link ClusterMetadata#lsn}. To be called for each record, of
     * whatever resource manager: blocks that it refers to may lie beyond the end of their forks, and its transaction's id
     * may be new. Blocks that a record touches without a reference to them are told by
     * {@link ClusterMetadata#extend}.
     *
     * @param events is told what happens to forks
     * @throws dev.neon.repo.error.UnsupportedWalException if the record is of a form that is not known, or says too little
     *                                                      (see {@link MinimalWal}); the metadata is not to be used then
     */
    public void redo(WalRecord record, ClusterMetadata metadata, ForkEvents events) {
        metadata.counting().passXid(record.xid());
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id) && record.fork(id) != FSM) {
                metadata.extend(record.tablespace(id), record.database(id), record.relation(id), record.fork(id),
                        record.block(id));
            }
        }
        int rmid = record.rmid();
        if (rmid > LAST_BUILTIN) {
            throw record.unsupported("resource manager " + dialect.manager(rmid).name() + " is an extension's");
        }
        if ((CONCERNED >>> rmid & 1) != 0) {
            apply(record, metadata, events);
        }
        metadata.advance(record.startLsn(), record.end().value());
    }

    private void apply(WalRecord record, ClusterMetadata metadata, ForkEvents events) {
        switch (dialect.manager(record.rmid()).decode(record)) {
            case XlogRecord said -> server.redo(said, record, metadata, events);
            case TransactionRecord said -> transactions.redo(said, record, metadata, events);
            case StorageRecord said -> {
                MinimalWal.refuseUnlogged(metadata.parameters().walLevel(), said, record);
                redo(said, metadata, events);
            }
            case ClogRecord said -> redo(said, metadata, events);
            case DatabaseRecord said -> databases.redo(said, metadata, events);
            case TablespaceRecord said -> databases.redo(said, metadata, events);
            case MultiXactRecord said -> multiXacts.redo(said, record, metadata, events);
            case RelMapRecord.Update said -> databases.redo(said, metadata);
            case CommitTsRecord said -> redo(said, metadata, events);
            case ReplicationOriginRecord said -> server.redo(said, metadata);
            default -> throw record.unknownOperation();
        }
    }

    private static void redo(StorageRecord said, ClusterMetadata metadata, ForkEvents events) {
        switch (said) {
            case StorageRecord.Create create -> {
                if (create.fork() != ForkNumber.FSM) {
                    create(new ForkKey(create.relation(), create.fork().ordinal()), metadata, events);
                }
            }
            case StorageRecord.Truncate cut -> {
                create(fork(cut.relation(), ForkNumber.MAIN), metadata, events);
                if ((cut.flags() & StorageRecord.Truncate.HEAP) != 0) {
                    truncate(fork(cut.relation(), ForkNumber.MAIN), cut.block(), metadata, events);
                }
                if ((cut.flags() & StorageRecord.Truncate.VM) != 0) {
                    int pages = (int) ((Integer.toUnsignedLong(cut.block()) + HEAP_BLOCKS_PER_MAP_PAGE - 1)
                            / HEAP_BLOCKS_PER_MAP_PAGE);
                    truncate(fork(cut.relation(), ForkNumber.VISIBILITYMAP), pages, metadata, events);
                }
            }
        }
    }

    private static ForkKey fork(RelFileLocator relation, ForkNumber fork) {
        return new ForkKey(relation, fork.ordinal());
    }

    private static void create(ForkKey fork, ClusterMetadata metadata, ForkEvents events) {
        if (metadata.create(fork)) {
            events.created(fork);
        }
    }

    private static void truncate(ForkKey fork, int blocks, ClusterMetadata metadata, ForkEvents events) {
        if (metadata.exists(fork) && Integer.compareUnsigned(blocks, metadata.blocks(fork)) < 0) {
            metadata.sizes().set(fork, blocks);
            events.truncated(fork, blocks);
        }
    }

    private static void redo(ClogRecord said, ClusterMetadata metadata, ForkEvents events) {
        switch (said) {
            case ClogRecord.ZeroPage zero -> change(Slru.XACT, (int) zero.page(), true, metadata, events);
            case ClogRecord.Truncate cut -> metadata.pages(Slru.XACT).removeBefore((int) cut.page(), true)
                    .forEach(gone -> events.removed(Slru.XACT, gone));
        }
    }

    private static void redo(CommitTsRecord said, ClusterMetadata metadata, ForkEvents events) {
        switch (said) {
            case CommitTsRecord.ZeroPage zero -> change(Slru.COMMIT_TS, (int) zero.page(), true, metadata, events);
            case CommitTsRecord.Truncate cut -> {
                metadata.counting().advanceOldestCommitTs(cut.oldestXid());
                metadata.pages(Slru.COMMIT_TS).removeBefore((int) cut.page(), false)
                        .forEach(gone -> events.removed(Slru.COMMIT_TS, gone));
            }
        }
    }

    /** A page of an SLRU is changed, and made if it was not there. */
    static void change(Slru slru, int page, boolean isNew, ClusterMetadata metadata, ForkEvents events) {
        metadata.pages(slru).add(page);
        events.changed(slru, page, isNew);
    }

    /** A fork goes, if there is one. */
    static void drop(ForkKey fork, ClusterMetadata metadata, ForkEvents events) {
        if (metadata.sizes().remove(fork)) {
            events.dropped(fork);
        }
    }
}
