package dev.neon.redo;

import dev.neon.dialect.WalDialect;
import dev.neon.page.Page;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.ResourceManager;
import dev.neon.rmgr.RmgrRecord;
import dev.neon.wal.PageImages;
import dev.neon.wal.WalRecord;

/**
 * Applies records to pages, one page at a time ({@code REL_17 xlogutils.c XLogReadBufferForRedoExtended} and each
 * {@code rm_redo}). Used by one thread at a time; to be closed.
 */
public final class PageRedo implements AutoCloseable {
    private final WalDialect dialect;
    private final boolean logsHints;
    private final PageImages images = new PageImages();

    /** For a cluster that logs hints. */
    public PageRedo(PostgresMajor major) {
        this(major, true);
    }

    /**
     * @param logsHints whether the cluster has checksums or {@code wal_log_hints} ({@code XLogHintBitIsNeeded}): there
     *                  hints move the LSN of their page. Nothing but that LSN depends on it
     */
    public PageRedo(PostgresMajor major, boolean logsHints) {
        this.dialect = WalDialect.of(major);
        this.logsHints = logsHints;
    }

    /**
     * Makes the page of one block what it is after the record.
     *
     * @param id   a block that the record refers to
     * @param page as it was before the record; its content does not count if {@link #isSelfContained}
     * @throws dev.neon.page.PageFormatException                if the page cannot be the one that the record was
     *                                                           written for
     * @throws dev.neon.repo.error.UnsupportedWalException if the record is of a form that is not known
     */
    public void redo(WalRecord record, int id, Page page) {
        if (record.isImageApplied(id)) {
            images.restore(record, id, page.bytes());
            if (!page.isNew()) {
                page.setLsn(record.end().value());
            }
            ResourceManager<?> manager = dialect.manager(record.rmid());
            if (manager.redo().isImageBefore(record, id)) {
                redo(manager, record, id, page);
            }
            return;
        }
        if (record.willInit(id)) {
            page.clear();
        } else if (Long.compareUnsigned(page.lsn(), record.end().value()) >= 0) {
            return;
        }
        redo(dialect.manager(record.rmid()), record, id, page);
    }

    private <R extends RmgrRecord> void redo(ResourceManager<R> manager, WalRecord record, int id, Page page) {
        BlockRedo<R> redo = manager.redo();
        R said = manager.decode(record);
        if (redo.redo(said, record, id, page) && (logsHints || !redo.isHint(said, record, id))) {
            page.setLsn(record.end().value());
        }
    }

    /** Whether the page after the record does not depend on the page before it. */
    public static boolean isSelfContained(WalRecord record, int id) {
        return record.isImageApplied(id) || record.willInit(id);
    }

    /** Tells the pages that the record changes without referring to them; {@link #redoTouched} does it. */
    public void touches(WalRecord record, BlockRedo.Touched touched) {
        touches(dialect.manager(record.rmid()), record, touched);
    }

    private static <R extends RmgrRecord> void touches(ResourceManager<R> manager, WalRecord record,
            BlockRedo.Touched touched) {
        if (manager.redo().mayTouch(record)) {
            manager.redo().touches(manager.decode(record), record, touched);
        }
    }

    /** As {@link #redo(WalRecord, int, Page)}, for a page that {@link #touches} has told. */
    public void redoTouched(WalRecord record, RelFileLocator relation, int fork, int block, Page page) {
        redoTouched(dialect.manager(record.rmid()), record, relation, fork, block, page);
    }

    private static <R extends RmgrRecord> void redoTouched(ResourceManager<R> manager, WalRecord record,
            RelFileLocator relation, int fork, int block, Page page) {
        manager.redo().redoTouched(manager.decode(record), record, relation, fork, block, page);
    }

    @Override
    public void close() {
        images.close();
    }
}
