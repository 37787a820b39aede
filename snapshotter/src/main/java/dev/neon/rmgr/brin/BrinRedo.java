package dev.neon.rmgr.brin;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.ItemPointer;
import dev.neon.rmgr.brin.BrinRecord.CreateIndex;
import dev.neon.rmgr.brin.BrinRecord.Desummarize;
import dev.neon.rmgr.brin.BrinRecord.Insert;
import dev.neon.rmgr.brin.BrinRecord.RevmapExtend;
import dev.neon.rmgr.brin.BrinRecord.SamepageUpdate;
import dev.neon.rmgr.brin.BrinRecord.Update;
import dev.neon.wal.WalRecord;

/**
 * {@code REL_17 brin_xlog.c brin_redo}. A page's special space has 8 bytes, the last two of which tell its type ({@code
 * REL_17 brin_page.h}). After the header
 * <pre>
 * the meta page has BrinMetaPageData          a revmap page has ItemPointerData[1360], a range's summary each
 *  0  u32 brinMagic
 *  4  u32 brinVersion
 *  8  u32 pagesPerRange
 * 12  u32 lastRevmapPage
 * </pre>
 */
final class BrinRedo implements BlockRedo<BrinRecord> {
    static final int SPECIAL_SIZE = 8;
    static final int TYPE = 6;
    static final int META_PAGE = 0xF091;
    static final int REVMAP_PAGE = 0xF092;
    static final int REGULAR_PAGE = 0xF093;

    private static final int META_MAGIC = 0xA8109CFA;
    private static final int META_BYTES = 16;
    private static final int LAST_REVMAP_PAGE = 12;

    /** {@code REVMAP_PAGE_MAXITEMS}. */
    static final int REVMAP_ITEMS = (Page.SIZE - Page.HEADER - SPECIAL_SIZE) / ItemPointer.BYTES;

    @Override
    public boolean redo(BrinRecord said, WalRecord record, int id, Page page) {
        switch (said) {
            case CreateIndex create -> initMeta(create, page);
            case Insert insert -> insert(insert, record, id, page);
            case Update update -> {
                if (id == 2) {
                    page.deleteItemKeepingOthers(update.oldOffnum());
                } else {
                    insert(update.insert(), record, id, page);
                }
            }
            case SamepageUpdate update -> page.overwriteItem(update.offnum(), update.tuple().orElseThrow());
            case RevmapExtend extend -> {
                if (id == 0) {
                    requireType(page, META_PAGE);
                    page.put32(Page.HEADER + LAST_REVMAP_PAGE, extend.targetBlk());
                    page.setLower(Page.HEADER + META_BYTES);
                } else {
                    init(page, REVMAP_PAGE);
                }
            }
            case Desummarize gone -> {
                if (id == 0) {
                    setSummary(page, gone.heapBlk(), gone.pagesPerRange(), ItemPointer.INVALID);
                } else {
                    page.deleteItemKeepingOthers(gone.regOffset());
                }
            }
        }
        return true;
    }

    private static void insert(Insert insert, WalRecord record, int id, Page page) {
        if (id == 1) {
            setSummary(page, insert.heapBlk(), insert.pagesPerRange(),
                    new ItemPointer(record.block(0), insert.offnum()));
            return;
        }
        if (insert.isInit()) {
            init(page, REGULAR_PAGE);
        }
        requireType(page, REGULAR_PAGE);
        page.putItem(insert.offnum(), insert.tuple().orElseThrow());
    }

    /** {@code brin_page_init}. */
    private static void init(Page page, int type) {
        page.init(SPECIAL_SIZE);
        page.put16(page.special() + TYPE, type);
    }

    /** {@code brin_metapage_init}. */
    private static void initMeta(CreateIndex create, Page page) {
        init(page, META_PAGE);
        page.put32(Page.HEADER, META_MAGIC);
        page.put32(Page.HEADER + 4, create.version());
        page.put32(Page.HEADER + 8, create.pagesPerRange());
        page.setLower(Page.HEADER + META_BYTES);
    }

    /** {@code brinSetHeapBlockItemptr}. */
    private static void setSummary(Page page, int heapBlk, int pagesPerRange, ItemPointer tuple) {
        requireType(page, REVMAP_PAGE);
        if (pagesPerRange == 0) {
            throw new PageFormatException("ranges of no pages");
        }
        int item = Integer.remainderUnsigned(Integer.divideUnsigned(heapBlk, pagesPerRange), REVMAP_ITEMS);
        tuple.put(page, Page.HEADER + item * ItemPointer.BYTES);
    }

    private static void requireType(Page page, int type) {
        int actual = page.u16(page.special(SPECIAL_SIZE) + TYPE);
        if (actual != type) {
            throw new PageFormatException("a BRIN page of type 0x" + Integer.toHexString(actual) + " instead of 0x"
                    + Integer.toHexString(type));
        }
    }
}
