package dev.neon.rmgr.brin;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.Optional;

/**
 * Main data ({@code REL_17 brin_xlog.h}); a tuple is all of block 0's data.
 * <pre>
 * CREATE_INDEX     xl_brin_createidx
 *  0  u32 pagesPerRange
 *  4  u16 version
 *
 * INSERT           xl_brin_insert                    block 0
 *  0  u32 heapBlk                                     0  BrinTuple
 *  4  u32 pagesPerRange
 *  8  u16 offnum
 *
 * UPDATE           xl_brin_update                    block 0
 *  0  u16 oldOffnum                                   0  BrinTuple
 *  2  2 bytes of padding
 *  4  xl_brin_insert
 *
 * SAMEPAGE_UPDATE  xl_brin_samepage_update           block 0
 *  0  u16 offnum                                      0  BrinTuple
 *
 * REVMAP_EXTEND    xl_brin_revmap_extend
 *  0  u32 targetBlk
 *
 * DESUMMARIZE      xl_brin_desummarize
 *  0  u32 pagesPerRange
 *  4  u32 heapBlk
 *  8  u16 regOffset
 * </pre>
 */
final class BrinDecoder14 {
    static final int CREATE_INDEX = 0x00;
    static final int INSERT = 0x10;
    static final int UPDATE = 0x20;
    static final int SAMEPAGE_UPDATE = 0x30;
    static final int REVMAP_EXTEND = 0x40;
    static final int DESUMMARIZE = 0x50;
    /** With {@link #INSERT} and {@link #UPDATE} only. */
    static final int INIT_PAGE = 0x80;

    private BrinDecoder14() {}

    static BrinRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        RecordBlocks blocks = RecordBlocks.of(record);
        nameBlocks(record.operation(), blocks);
        BrinRecord said = switch (record.operation()) {
            case CREATE_INDEX -> new BrinRecord.CreateIndex(main.i32(), main.u16());
            case INSERT -> insert(blocks, main, false);
            case INSERT | INIT_PAGE -> insert(blocks, main, true);
            case UPDATE -> update(blocks, main, false);
            case UPDATE | INIT_PAGE -> update(blocks, main, true);
            case SAMEPAGE_UPDATE -> new BrinRecord.SamepageUpdate(main.u16(), tuple(blocks));
            case REVMAP_EXTEND -> new BrinRecord.RevmapExtend(main.i32());
            case DESUMMARIZE -> new BrinRecord.Desummarize(main.i32(), main.i32(), main.u16());
            default -> throw record.unknownOperation();
        };
        main.finish();
        blocks.finish();
        return said;
    }

    /** The blocks besides that of the tuple ({@code REL_17 brin_pageops.c}, {@code brin_revmap.c}, {@code brin.c}). */
    private static void nameBlocks(int operation, RecordBlocks blocks) {
        switch (operation) {
            case CREATE_INDEX -> blocks.plain(0);
            case INSERT, INSERT | INIT_PAGE -> blocks.plain(1);
            case UPDATE, UPDATE | INIT_PAGE -> blocks.plain(1).plain(2);
            case REVMAP_EXTEND, DESUMMARIZE -> blocks.plain(0).plain(1);
            default -> { }
        }
    }

    private static BrinRecord.Insert insert(RecordBlocks blocks, RecordCursor main, boolean isInit) {
        return new BrinRecord.Insert(main.i32(), main.i32(), main.u16(), isInit, tuple(blocks));
    }

    private static BrinRecord.Update update(RecordBlocks blocks, RecordCursor main, boolean isInit) {
        int oldOffnum = main.u16();
        main.skip(2);
        return new BrinRecord.Update(oldOffnum, insert(blocks, main, isInit));
    }

    private static Optional<byte[]> tuple(RecordBlocks blocks) {
        return blocks.dataUnlessImage(0).map(RecordCursor::rest);
    }
}
