package dev.neon.rmgr;

import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.Optional;

/**
 * The data that one record carries for its blocks. Where a record carries an image for redo to restore, PostgreSQL
 * leaves out the data of that block ({@code REL_17 xloginsert.c XLogRecordAssemble}); where the image only serves to
 * check redo, both are there. Whoever has asked for all that he knows calls {@link #finish}.
 */
public final class BlockData {
    private final WalRecord record;
    private long asked;

    private BlockData(WalRecord record) {
        this.record = record;
    }

    public static BlockData of(WalRecord record) {
        return new BlockData(record);
    }

    /**
     * The data of a page that redo makes anew; no image takes its place.
     *
     * @throws UnsupportedWalException if there is none
     */
    public RecordCursor required(int id) {
        if (!record.hasData(id)) {
            throw unknown("block " + id + " has no data");
        }
        asked |= 1L << id;
        return record.data(id);
    }

    /**
     * The data of a page that redo changes; empty if redo restores an image instead.
     *
     * @throws UnsupportedWalException if there is neither
     */
    public Optional<RecordCursor> unlessImage(int id) {
        return record.hasData(id) || !record.isImageApplied(id) ? Optional.of(required(id)) : Optional.empty();
    }

    /** @throws UnsupportedWalException if a block has data that nobody has asked for */
    public void finish() {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasData(id) && (asked & 1L << id) == 0) {
                throw unknown("block " + id + " has data that the record's form does not have");
            }
        }
    }

    private UnsupportedWalException unknown(String what) {
        return new UnsupportedWalException(record.start(), what);
    }
}
