package dev.neon.rmgr.heap;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.BlockRedo;
import dev.neon.wal.WalRecord;
import java.util.List;
import java.util.stream.Stream;

/** {@code REL_18 heapam_xlog.c heap_redo}; 14 to 17 do the same. */
final class HeapRedo implements BlockRedo<HeapRecord> {
    /** Of an update: the old tuple's page if it is another than the new one's. */
    private static final int OLD_PAGE = 1;

    @Override
    public boolean redo(HeapRecord said, WalRecord record, int id, Page page) {
        if (ClearedBits.isMap(record, id)) {
            return ClearedBits.clear(cleared(said, record), record.block(id), page);
        }
        if (record.willInit(id)) {
            page.init(0);
        }
        switch (said) {
            case HeapRecord.Insert insert -> insert(insert, record, page);
            case HeapRecord.Delete delete -> delete(delete, record, page);
            case HeapRecord.Update update -> update(update, record, id, page);
            case HeapRecord.Confirm confirm ->
                    HeapTuple.of(page, confirm.offset()).setCtid(record.block(0), confirm.offset());
            case HeapRecord.Lock lock -> lock(lock, record, page);
            case HeapRecord.Inplace inplace -> inplace(inplace, page);
            case HeapRecord.Truncate none -> throw record.unsupported("a truncation changes no page");
        }
        return true;
    }

    private static void insert(HeapRecord.Insert insert, WalRecord record, Page page) {
        add(page, record, insert.offset(), insert.tuple().orElseThrow());
        if ((insert.flags() & InsertFlags.ALL_VISIBLE_CLEARED) != 0) {
            page.setFlag(Page.ALL_VISIBLE, false);
        }
    }

    static HeapTuple add(Page page, WalRecord record, int offset, LoggedTuple tuple) {
        byte[] body = tuple.body();
        HeapTuple added = HeapTuple.add(page, record, offset, tuple, body.length);
        page.put(added.at() + HeapTuple.HEADER, body);
        return added;
    }

    private static void delete(HeapRecord.Delete delete, WalRecord record, Page page) {
        HeapTuple tuple = HeapTuple.of(page, delete.offset());
        tuple.setInfobits(delete.infobits());
        tuple.setHotUpdated(false);
        if ((delete.flags() & HeapRecord.Delete.IS_SUPER) != 0) {
            tuple.setXmin(0);
        } else {
            tuple.setXmax(delete.xmax());
        }
        tuple.clearCommand();
        page.setPrunable(record.xid());
        if ((delete.flags() & HeapRecord.Delete.ALL_VISIBLE_CLEARED) != 0) {
            page.setFlag(Page.ALL_VISIBLE, false);
        }
        if ((delete.flags() & HeapRecord.Delete.IS_PARTITION_MOVE) != 0) {
            tuple.setMovedToOtherPartition();
        } else {
            tuple.setCtid(record.block(0), delete.offset());
        }
    }

    private static void update(HeapRecord.Update update, WalRecord record, int id, Page page) {
        if (id == OLD_PAGE || !record.hasBlock(OLD_PAGE)) {
            supersede(update, record, page);
        }
        if (id != OLD_PAGE) {
            addVersion(update, record, page);
        }
    }

    private static void supersede(HeapRecord.Update update, WalRecord record, Page page) {
        HeapTuple tuple = HeapTuple.of(page, update.oldOffset());
        tuple.setInfobits(update.oldInfobits());
        tuple.setHotUpdated(update.isHot());
        tuple.setXmax(update.oldXmax());
        tuple.clearCommand();
        tuple.setCtid(record.block(0), update.newOffset());
        page.setPrunable(record.xid());
        if ((update.flags() & HeapRecord.Update.OLD_ALL_VISIBLE_CLEARED) != 0) {
            page.setFlag(Page.ALL_VISIBLE, false);
        }
    }

    private static void addVersion(HeapRecord.Update update, WalRecord record, Page page) {
        HeapRecord.NewVersion version = update.newTuple().orElseThrow();
        HeapTuple added = version.prefixLength() + version.suffixLength() == 0
                ? add(page, record, update.newOffset(), version.tuple())
                : addWithOldParts(update, version, record, page);
        added.setXmax(update.newXmax());
        if ((update.flags() & HeapRecord.Update.NEW_ALL_VISIBLE_CLEARED) != 0) {
            page.setFlag(Page.ALL_VISIBLE, false);
        }
    }

    private static HeapTuple addWithOldParts(HeapRecord.Update update, HeapRecord.NewVersion version, WalRecord record,
            Page page) {
        if (record.hasBlock(OLD_PAGE)) {
            throw record.unsupported("a part of the new tuple is taken from another page");
        }
        HeapTuple old = HeapTuple.of(page, update.oldOffset());
        int prefix = version.prefixLength();
        int suffix = version.suffixLength();
        if (old.hoff() + prefix > old.length() || old.hoff() + suffix > old.length()) {
            throw new PageFormatException("the old tuple has " + old.length() + " bytes, which are too few");
        }
        byte[] body = version.tuple().body();
        int bitmap = version.tuple().hoff() - HeapTuple.HEADER;
        HeapTuple added = HeapTuple.add(page, record, update.newOffset(), version.tuple(),
                body.length + prefix + suffix);
        int at = added.at() + HeapTuple.HEADER;
        page.put(at, body, 0, bitmap);
        page.move(old.at() + old.hoff(), at + bitmap, prefix);
        page.put(at + bitmap + prefix, body, bitmap, body.length - bitmap);
        page.move(old.at() + old.length() - suffix, at + prefix + body.length, suffix);
        return added;
    }

    private static void lock(HeapRecord.Lock lock, WalRecord record, Page page) {
        HeapTuple tuple = HeapTuple.of(page, lock.offset());
        tuple.setInfobits(lock.infobits());
        if (tuple.isOnlyLocked()) {
            tuple.setHotUpdated(false);
            tuple.setCtid(record.block(0), lock.offset());
        }
        tuple.setXmax(lock.xmax());
        tuple.clearCommand();
    }

    private static void inplace(HeapRecord.Inplace inplace, Page page) {
        HeapTuple tuple = HeapTuple.of(page, inplace.offset());
        byte[] data = inplace.data().orElseThrow();
        if (tuple.hoff() + data.length != tuple.length()) {
            throw new PageFormatException("the tuple has " + (tuple.length() - tuple.hoff()) + " bytes of data, not "
                    + data.length);
        }
        page.put(tuple.at() + tuple.hoff(), data);
    }

    private static List<ClearedBits> cleared(HeapRecord said, WalRecord record) {
        return switch (said) {
            case HeapRecord.Insert insert ->
                    ClearedBits.all(insert.flags(), InsertFlags.ALL_VISIBLE_CLEARED, record, 0);
            case HeapRecord.Delete delete ->
                    ClearedBits.all(delete.flags(), HeapRecord.Delete.ALL_VISIBLE_CLEARED, record, 0);
            case HeapRecord.Update update -> cleared(update, record);
            case HeapRecord.Lock lock -> ClearedBits.frozen(lock.flags(), record);
            case HeapRecord.Confirm none -> List.of();
            case HeapRecord.Inplace none -> List.of();
            case HeapRecord.Truncate none -> List.of();
        };
    }

    private static List<ClearedBits> cleared(HeapRecord.Update update, WalRecord record) {
        List<ClearedBits> ofNew =
                ClearedBits.all(update.flags(), HeapRecord.Update.NEW_ALL_VISIBLE_CLEARED, record, 0);
        List<ClearedBits> ofOld = ClearedBits.all(update.flags(), HeapRecord.Update.OLD_ALL_VISIBLE_CLEARED, record,
                record.hasBlock(OLD_PAGE) ? OLD_PAGE : 0);
        return Stream.concat(ofNew.stream(), ofOld.stream()).toList();
    }

    @Override
    public boolean mayTouch(WalRecord record) {
        return ClearedBits.areUnreferenced(record);
    }

    @Override
    public void touches(HeapRecord said, WalRecord record, Touched touched) {
        ClearedBits.tell(cleared(said, record), record, touched);
    }

    @Override
    public void redoTouched(HeapRecord said, WalRecord record, RelFileLocator relation, int fork, int block,
            Page page) {
        ClearedBits.clear(cleared(said, record), block, page);
    }
}
