package dev.neon.rmgr.brin;

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
        BrinRecord said = switch (record.operation()) {
            case CREATE_INDEX -> new BrinRecord.CreateIndex(main.i32(), main.u16());
            case INSERT -> insert(record, main, false);
            case INSERT | INIT_PAGE -> insert(record, main, true);
            case UPDATE -> update(record, main, false);
            case UPDATE | INIT_PAGE -> update(record, main, true);
            case SAMEPAGE_UPDATE -> new BrinRecord.SamepageUpdate(main.u16(), tuple(record));
            case REVMAP_EXTEND -> new BrinRecord.RevmapExtend(main.i32());
            case DESUMMARIZE -> new BrinRecord.Desummarize(main.i32(), main.i32(), main.u16());
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }

    private static BrinRecord.Insert insert(WalRecord record, RecordCursor main, boolean isInit) {
        return new BrinRecord.Insert(main.i32(), main.i32(), main.u16(), isInit, tuple(record));
    }

    private static BrinRecord.Update update(WalRecord record, RecordCursor main, boolean isInit) {
        int oldOffnum = main.u16();
        main.skip(2);
        return new BrinRecord.Update(oldOffnum, insert(record, main, isInit));
    }

    private static Optional<byte[]> tuple(WalRecord record) {
        if (record.isDataInImage(0)) {
            return Optional.empty();
        }
        RecordCursor data = record.data(0);
        if (data.remaining() == 0) {
            throw data.unknown("a summary without a tuple");
        }
        return Optional.of(data.rest());
    }
}
