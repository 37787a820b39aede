package dev.neon.rmgr.gist;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Main data, and data of blocks ({@code REL_14 gistxlog.h}, {@code gistxlog.c}).
 * <pre>
 * PAGE_UPDATE  gistxlogPageUpdate         block 0
 *  0  u16  ntodelete                       0  u16 offsets[ntodelete]
 *  2  u16  ntoinsert                          IndexTuple[ntoinsert]
 *
 * DELETE       gistxlogDelete
 *  0  u32  latestRemovedXid
 *  4  u16  ntodelete
 *  6  u16  offsets[ntodelete]
 *
 * PAGE_REUSE   gistxlogPageReuse
 *  0  u32  spcNode
 *  4  u32  dbNode
 *  8  u32  relNode
 * 12  u32  block
 * 16  u64  latestRemovedFullXid
 *
 * PAGE_SPLIT   gistxlogPageSplit          blocks 1 to npage
 *  0  u32  origrlink                       0  i32 number of tuples
 *  4  4 bytes of padding                   4  IndexTuple[]
 *  8  u64  orignsn
 * 16  bool origleaf
 * 17  a byte of padding
 * 18  u16  npage
 * 20  bool markfollowright
 * 21  3 bytes of padding
 *
 * PAGE_DELETE  gistxlogPageDelete
 *  0  u64  deleteXid
 *  8  u16  downlinkOffset
 *
 * ASSIGN_LSN
 *  0  i32  of no meaning
 * </pre>
 */
final class GistDecoder14 {
    static final int PAGE_UPDATE = 0x00;
    static final int DELETE = 0x10;
    static final int PAGE_REUSE = 0x20;
    static final int PAGE_SPLIT = 0x30;
    static final int PAGE_DELETE = 0x60;
    static final int ASSIGN_LSN = 0x70;

    private GistDecoder14() {}

    static GistRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        requireBlocks(record);
        GistRecord said = switch (record.operation()) {
            case PAGE_UPDATE -> pageUpdate(record, main);
            case DELETE -> delete(main);
            case PAGE_REUSE -> pageReuse(main);
            case PAGE_SPLIT -> pageSplit(record, main);
            case PAGE_DELETE -> pageDelete(main);
            case ASSIGN_LSN -> assignLsn(main);
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }

    /** Those that {@code REL_17 gistxlog.c} registers; a split has one for each page, which have data. */
    static void requireBlocks(WalRecord record) {
        RecordBlocks blocks = RecordBlocks.of(record);
        switch (record.operation()) {
            case PAGE_UPDATE -> {
                blocks.plain(0).optional(1);
                if (record.hasData(0)) {
                    blocks.data(0);
                }
            }
            case DELETE -> blocks.plain(0);
            case PAGE_DELETE -> blocks.plain(0).plain(1);
            case PAGE_SPLIT -> {
                blocks.optional(0);
                for (int id = 1; id < record.blockCount(); id++) {
                    blocks.data(id);
                }
            }
            default -> { }
        }
        blocks.finish();
    }

    static GistRecord pageUpdate(WalRecord record, RecordCursor main) {
        int deleted = main.u16();
        int inserted = main.u16();
        if (record.isDataInImage(0)) {
            return new GistRecord.PageUpdate(Optional.empty());
        }
        RecordCursor data = record.data(0);
        int[] toDelete = data.u16s(deleted);
        List<byte[]> toInsert = tuples(data, inserted);
        data.finish();
        return new GistRecord.PageUpdate(Optional.of(new GistRecord.TupleChange(toDelete, toInsert)));
    }

    private static GistRecord delete(RecordCursor main) {
        int horizon = main.i32();
        return new GistRecord.Delete(horizon, false, main.u16s(main.u16()));
    }

    private static GistRecord pageReuse(RecordCursor main) {
        return new GistRecord.PageReuse(main.locator(), main.i32(), main.i64(), false);
    }

    static GistRecord pageSplit(WalRecord record, RecordCursor main) {
        int origrlink = main.i32();
        main.skip(4);
        long orignsn = main.i64();
        boolean origleaf = main.bool();
        main.skip(1);
        int count = main.u16();
        boolean markfollowright = main.bool();
        main.skip(3);
        if (record.blockCount() > count + 1) {
            throw main.unknown("a split into " + count + " pages with block " + (record.blockCount() - 1));
        }
        List<GistRecord.Page> pages = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            RecordCursor data = record.data(id);
            pages.add(new GistRecord.Page(tuples(data, data.i32())));
            data.finish();
        }
        return new GistRecord.PageSplit(origrlink, orignsn, origleaf, markfollowright, List.copyOf(pages));
    }

    static GistRecord pageDelete(RecordCursor main) {
        return new GistRecord.PageDelete(main.i64(), main.u16());
    }

    static GistRecord assignLsn(RecordCursor main) {
        main.skip(4);
        return new GistRecord.AssignLsn();
    }

    /** {@code IndexTuple}s, each with its length in the lower 13 bits of {@code t_info} ({@code REL_17 itup.h}). */
    private static List<byte[]> tuples(RecordCursor data, int count) {
        if (count < 0) {
            throw data.unknown("a page of " + count + " tuples");
        }
        List<byte[]> tuples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = data.peekU16(6) & 0x1FFF;
            if (length < 8) {
                throw data.unknown("an index tuple of " + length + " bytes");
            }
            tuples.add(data.bytes(length));
        }
        return List.copyOf(tuples);
    }
}
