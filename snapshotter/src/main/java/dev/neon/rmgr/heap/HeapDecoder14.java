package dev.neon.rmgr.heap;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.List;
import java.util.Optional;

/**
 * Records of 14 to 17 ({@code REL_17 heapam_xlog.h}). Main data:
 * <pre>
 *     xl_heap_insert       xl_heap_delete          xl_heap_truncate        xl_heap_lock
 *  0  u16 offnum           u32 xmax                u32 dbId                u32 xmax
 *  2  u8  flags
 *  4                       u16 offnum              u32 nrelids             u16 offnum
 *  6                       u8  infobits_set                                u8  infobits_set
 *  7                       u8  flags                                       u8  flags
 *  8                       old tuple, if told      u8  flags
 * 12                                               u32 relids[nrelids]
 *
 *     xl_heap_update       xl_heap_confirm         xl_heap_inplace
 *  0  u32 old_xmax         u16 offnum              u16 offnum
 *  4  u16 old_offnum
 *  6  u8  old_infobits_set
 *  7  u8  flags
 *  8  u32 new_xmax
 * 12  u16 new_offnum
 * 14  old tuple, if told
 * </pre>
 * Data of block 0: the new tuple, in an update after the lengths (u16) of a prefix and of a suffix if flags tell of
 * them; for an in-place update, the tuple's data. Tuples are {@link LoggedTuple}s.
 */
final class HeapDecoder14 {
    static final int INSERT = 0x00;
    static final int DELETE = 0x10;
    static final int UPDATE = 0x20;
    static final int TRUNCATE = 0x30;
    static final int HOT_UPDATE = 0x40;
    static final int CONFIRM = 0x50;
    static final int LOCK = 0x60;
    static final int INPLACE = 0x70;

    /** Block references that newer minor releases have, and an update's old page if it is another. */
    private static final int VISIBILITY_MAP = 1;
    private static final int OLD_PAGE = 1;
    private static final int VISIBILITY_MAP_OF_NEW = 2;
    private static final int VISIBILITY_MAP_OF_OLD = 3;

    private HeapDecoder14() {}

    static HeapRecord decode(WalRecord record) {
        InitPage.check(record);
        RecordCursor main = record.main();
        HeapRecord said = switch (record.operation()) {
            case INSERT, INSERT | InitPage.BIT -> insert(record, main);
            case DELETE -> delete(record, main);
            case UPDATE, UPDATE | InitPage.BIT -> update(record, main, false);
            case HOT_UPDATE, HOT_UPDATE | InitPage.BIT -> update(record, main, true);
            case TRUNCATE -> truncate(record, main);
            case CONFIRM -> confirm(record, main);
            case LOCK -> lock(record, main);
            case INPLACE -> new HeapRecord.Inplace(main.u16(), inplaceData(record), 0, 0, false, List.of());
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }

    private static HeapRecord insert(WalRecord record, RecordCursor main) {
        RecordBlocks blocks = RecordBlocks.of(record);
        Optional<LoggedTuple> tuple = blocks.dataUnlessImage(0).map(LoggedTuple::read);
        blocks.optional(VISIBILITY_MAP).finish();
        return new HeapRecord.Insert(main.u16(), Flags.read(main, InsertFlags.ALL), tuple);
    }

    private static HeapRecord delete(WalRecord record, RecordCursor main) {
        RecordBlocks.of(record).plain(0).optional(VISIBILITY_MAP).finish();
        int xmax = main.i32();
        int offset = main.u16();
        int infobits = Infobits.read(main);
        int flags = Flags.read(main, HeapRecord.Delete.FLAGS);
        return new HeapRecord.Delete(xmax, offset, infobits, flags,
                oldTuple(main, (flags & HeapRecord.Delete.CONTAINS_OLD) != 0));
    }

    private static HeapRecord update(WalRecord record, RecordCursor main, boolean isHot) {
        int oldXmax = main.i32();
        int oldOffset = main.u16();
        int oldInfobits = Infobits.read(main);
        int flags = Flags.read(main, HeapRecord.Update.FLAGS);
        RecordBlocks blocks = RecordBlocks.of(record);
        Optional<HeapRecord.NewVersion> newTuple = blocks.dataUnlessImage(0).map(data -> newVersion(data, flags));
        blocks.optional(OLD_PAGE).optional(VISIBILITY_MAP_OF_NEW).optional(VISIBILITY_MAP_OF_OLD).finish();
        return new HeapRecord.Update(isHot, oldXmax, oldOffset, oldInfobits, flags, main.i32(), main.u16(), newTuple,
                oldTuple(main, (flags & HeapRecord.Update.CONTAINS_OLD) != 0));
    }

    private static HeapRecord.NewVersion newVersion(RecordCursor data, int flags) {
        int prefix = (flags & HeapRecord.Update.PREFIX_FROM_OLD) != 0 ? data.u16() : 0;
        int suffix = (flags & HeapRecord.Update.SUFFIX_FROM_OLD) != 0 ? data.u16() : 0;
        return new HeapRecord.NewVersion(prefix, suffix, LoggedTuple.read(data));
    }

    private static Optional<LoggedTuple> oldTuple(RecordCursor main, boolean isThere) {
        return isThere ? Optional.of(LoggedTuple.read(main)) : Optional.empty();
    }

    private static HeapRecord truncate(WalRecord record, RecordCursor main) {
        RecordBlocks.of(record).finish();
        int database = main.i32();
        int count = main.i32();
        int flags = Flags.read(main, HeapRecord.Truncate.FLAGS);
        return new HeapRecord.Truncate(database, flags, main.align(4).i32s(count));
    }

    private static HeapRecord confirm(WalRecord record, RecordCursor main) {
        RecordBlocks.of(record).plain(0).finish();
        return new HeapRecord.Confirm(main.u16());
    }

    private static HeapRecord lock(WalRecord record, RecordCursor main) {
        RecordBlocks.of(record).plain(0).optional(VISIBILITY_MAP).finish();
        return new HeapRecord.Lock(main.i32(), main.u16(), Infobits.read(main), Flags.read(main, LockFlags.ALL));
    }

    static Optional<byte[]> inplaceData(WalRecord record) {
        RecordBlocks blocks = RecordBlocks.of(record);
        Optional<byte[]> data = blocks.dataUnlessImage(0).map(RecordCursor::rest);
        blocks.finish();
        return data;
    }
}
