package dev.neon.rmgr;

import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.Optional;

/**
 * The blocks of one record, taken as its form has them: a block or data that the form does not have is as unknown as
 * bytes that are left over. Whoever has named all blocks that he knows calls {@link #finish}.
 */
public final class RecordBlocks {
    private final WalRecord record;
    private long known;
    private long withData;

    private RecordBlocks(WalRecord record) {
        this.record = record;
    }

    public static RecordBlocks of(WalRecord record) {
        return new RecordBlocks(record);
    }

    /** There is such a block; it has no data unless they are asked for as well. */
    public RecordBlocks plain(int id) {
        if (!record.hasBlock(id)) {
            throw unknown("its form has a block " + id + ", the record has none");
        }
        return optional(id);
    }

    /** There may be such a block; it has no data unless they are asked for as well. */
    public RecordBlocks optional(int id) {
        known |= 1L << id;
        return this;
    }

    /**
     * There is such a block, and redo restores its image: the record does not say what else to do with the page.
     *
     * @throws UnsupportedWalException if there is no image, or it only serves to check redo
     */
    public RecordBlocks image(int id) {
        if (!record.isImageApplied(id)) {
            throw unknown("its form has an image of block " + id + " to be restored, the record has none");
        }
        return optional(id);
    }

    public boolean has(int id) {
        return record.hasBlock(id);
    }

    /**
     * The data of a page that redo makes anew; no image takes its place.
     *
     * @throws UnsupportedWalException if there is none
     */
    public RecordCursor data(int id) {
        known |= 1L << id;
        withData |= 1L << id;
        if (!record.hasData(id)) {
            throw unknown("block " + id + " has no data");
        }
        return record.data(id);
    }

    /**
     * The data of a page that redo changes; empty if redo restores an image instead ({@link WalRecord#isDataInImage}).
     * An image that only serves to check redo leaves the data there.
     *
     * @throws UnsupportedWalException if there is neither
     */
    public Optional<RecordCursor> dataUnlessImage(int id) {
        if (record.isDataInImage(id)) {
            known |= 1L << id;
            return Optional.empty();
        }
        return Optional.of(data(id));
    }

    /** @throws UnsupportedWalException if there is a block, or a block has data, that has not been named */
    public void finish() {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id) && (known & 1L << id) == 0) {
                throw unknown("its form has no block " + id);
            }
            if (record.hasData(id) && (withData & 1L << id) == 0) {
                throw unknown("in its form block " + id + " has no data");
            }
        }
    }

    private UnsupportedWalException unknown(String what) {
        return new UnsupportedWalException(record.start().toString(), what);
    }
}
