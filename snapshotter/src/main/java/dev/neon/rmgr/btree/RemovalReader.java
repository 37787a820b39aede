package dev.neon.rmgr.btree;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.rmgr.btree.BtreeRecord.PostingUpdate;
import dev.neon.rmgr.btree.BtreeRecord.Removal;
import dev.neon.wal.RecordCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Block 0 of VACUUM and DELETE ({@code REL_14 nbtxlog.h xl_btree_vacuum}).
 * <pre>
 * ndeleted times  u16 offset of an item that goes
 * nupdated times  u16 offset of a posting list that loses rows
 * nupdated times  xl_btree_update
 *                   0  u16 ndeletedtids
 *                   2  ndeletedtids times u16 row of the posting list, from 0
 * </pre>
 */
final class RemovalReader {
    private RemovalReader() {}

    static Optional<Removal> read(RecordBlocks blocks, int deleted, int updated) {
        return blocks.dataUnlessImage(0).map(data -> read(data, deleted, updated));
    }

    private static Removal read(RecordCursor data, int deleted, int updated) {
        int[] deletedOffsets = data.u16s(deleted);
        int[] updatedOffsets = data.u16s(updated);
        List<PostingUpdate> updates = new ArrayList<>();
        for (int offset : updatedOffsets) {
            updates.add(new PostingUpdate(offset, data.u16s(data.u16())));
        }
        data.finish();
        return new Removal(deletedOffsets, List.copyOf(updates));
    }
}
