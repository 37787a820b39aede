package dev.neon.rmgr.hash;

import dev.neon.rmgr.hash.HashRecord.SqueezePage;
import dev.neon.wal.WalRecord;

/**
 * The bytes are those of {@link HashDecoder16}, but {@code REL_17 hash_xlog.c hash_xlog_squeeze_page} leaves the page
 * that gets the tuples as it is, its LSN too, if there are no tuples and it does not stand before the freed page.
 */
final class HashDecoder17 {
    private HashDecoder17() {}

    static HashRecord decode(WalRecord record) {
        HashRecord said = HashDecoder16.decode(record);
        return said instanceof SqueezePage squeeze && squeeze.count() == 0 && !squeeze.isPreviousPage()
                ? new SqueezePage(squeeze.previous(), squeeze.next(), 0, squeeze.isPrimaryBucketPage(), false, false,
                        squeeze.moved(), squeeze.bitmapBit(), squeeze.firstFree())
                : said;
    }
}
