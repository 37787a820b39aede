package dev.neon.rmgr.gin;

import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.ItemPointer;
import dev.neon.rmgr.gin.PageChange.AddItems;
import dev.neon.rmgr.gin.PageChange.DeleteSegment;
import dev.neon.rmgr.gin.PageChange.Downlink;
import dev.neon.rmgr.gin.PageChange.Entry;
import dev.neon.rmgr.gin.PageChange.InsertSegment;
import dev.neon.rmgr.gin.PageChange.Recompression;
import dev.neon.rmgr.gin.PageChange.ReplaceSegment;
import dev.neon.rmgr.gin.PageChange.SegmentAction;
import dev.neon.wal.RecordCursor;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of the page that changes ({@code REL_14 ginxlog.h}).
 * <pre>
 * entry tree: ginxlogInsertEntry
 *  0  u16 offset
 *  2  u8  isDelete
 *  3  a byte of padding
 *  4  the tuple
 *
 * posting tree, inner page: ginxlogInsertDataInternal
 *  0  u16 offset
 *  2  u16 bi_hi, u16 bi_lo, the child; 6 bytes, the key   (PostingItem)
 *
 * posting tree, leaf: ginxlogRecompressDataLeaf
 *  0  u16 nactions
 *  2  nactions times
 *       0  u8  segno
 *       1  u8  action
 *       2  1 DELETE: nothing
 *          2 INSERT, 3 REPLACE: a posting list (GinPostingList)
 *            0  6 bytes, the first row
 *            6  u16 nbytes
 *            8  nbytes bytes, and one of padding if they are odd
 *          4 ADDITEMS: u16 nitems; nitems times 6 bytes, a row
 * </pre>
 */
final class PageChangeReader {
    private static final int DELETE = 1;
    private static final int INSERT = 2;
    private static final int REPLACE = 3;
    private static final int ADDITEMS = 4;

    private static final int POSTING_LIST_HEADER = 8;
    private static final int POSTING_LIST_BYTES = 6;

    private PageChangeReader() {}

    static PageChange read(RecordCursor data, boolean isData, boolean isLeaf) {
        return !isData ? entry(data) : isLeaf ? recompression(data) : downlink(data);
    }

    private static PageChange entry(RecordCursor data) {
        PageChange change = new Entry(data.u16(), data.bool(), IndexTuple.read(data.skip(1)));
        data.finish();
        return change;
    }

    private static PageChange downlink(RecordCursor data) {
        PageChange change = new Downlink(data.u16(), ItemPointer.readBlock(data), ItemPointer.read(data));
        data.finish();
        return change;
    }

    static Recompression recompression(RecordCursor data) {
        int count = data.u16();
        List<SegmentAction> actions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            actions.add(action(data));
        }
        data.finish();
        return new Recompression(List.copyOf(actions));
    }

    private static SegmentAction action(RecordCursor data) {
        int segment = data.u8();
        int action = data.u8();
        return switch (action) {
            case DELETE -> new DeleteSegment(segment);
            case INSERT -> new InsertSegment(segment, postingList(data));
            case REPLACE -> new ReplaceSegment(segment, postingList(data));
            case ADDITEMS -> new AddItems(segment, items(data));
            default -> throw data.unknown("unknown action " + action + " on a posting list");
        };
    }

    private static byte[] postingList(RecordCursor data) {
        int size = data.peekU16(POSTING_LIST_BYTES);
        return data.bytes(POSTING_LIST_HEADER + size + size % 2);
    }

    private static List<ItemPointer> items(RecordCursor data) {
        int count = data.u16();
        List<ItemPointer> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(ItemPointer.read(data));
        }
        return List.copyOf(items);
    }
}
