package dev.neon.rmgr.generic;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * No main data. The data of each block, until its end ({@code REL_17 generic_xlog.c writeFragment}):
 * <pre>
 *  0  u16 offset
 *  2  u16 length
 *  4  byte[length]
 * </pre>
 */
final class GenericDecoder14 {
    static final int CHANGE = 0x00;
    /** {@code REL_17 generic_xlog.h MAX_GENERIC_XLOG_PAGES}. */
    private static final int MOST_PAGES = 4;

    private GenericDecoder14() {}

    static GenericRecord decode(WalRecord record) {
        if (record.operation() != CHANGE) {
            throw record.unknownOperation();
        }
        record.main().finish();
        List<GenericRecord.PageDelta> pages = new ArrayList<>();
        for (int id = 0; id < record.blockCount(); id++) {
            if (id >= MOST_PAGES && record.hasBlock(id)) {
                throw record.unknownBlock(id);
            }
            if (record.hasBlock(id) && !record.isDataInImage(id)) {
                pages.add(new GenericRecord.PageDelta(id, fragments(record.data(id))));
            }
        }
        return new GenericRecord.Change(List.copyOf(pages));
    }

    private static List<GenericRecord.Fragment> fragments(RecordCursor data) {
        List<GenericRecord.Fragment> fragments = new ArrayList<>();
        while (data.remaining() > 0) {
            int offset = data.u16();
            byte[] bytes = data.bytes(data.u16());
            if (offset + bytes.length > WalRecord.PAGE_SIZE) {
                throw data.unknown(bytes.length + " bytes at " + offset + " of a page of " + WalRecord.PAGE_SIZE);
            }
            fragments.add(new GenericRecord.Fragment(offset, bytes));
        }
        return List.copyOf(fragments);
    }
}
