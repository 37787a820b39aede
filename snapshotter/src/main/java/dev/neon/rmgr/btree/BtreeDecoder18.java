package dev.neon.rmgr.btree;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * The bytes are those of {@link BtreeDecoder16}, but {@code REL_18 nbtxlog.c btree_xlog_vacuum} makes more of them: it
 * clears the page's cycle id.
 */
final class BtreeDecoder18 {
    private BtreeDecoder18() {}

    static BtreeRecord decode(WalRecord record) {
        return record.operation() == BtreeDecoder14.VACUUM ? vacuum(record) : BtreeDecoder16.decode(record);
    }

    private static BtreeRecord vacuum(WalRecord record) {
        RecordCursor main = record.main();
        RecordBlocks blocks = RecordBlocks.of(record);
        BtreeRecord said = BtreeDecoder14.vacuum(main, blocks, true);
        main.finish();
        blocks.finish();
        return said;
    }
}
