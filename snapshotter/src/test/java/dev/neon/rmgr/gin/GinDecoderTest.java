package dev.neon.rmgr.gin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.ItemPointer;
import dev.neon.wal.CraftedRecord;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form byte by byte. */
class GinDecoderTest {
    private static final String TUPLE = "0000 0700 0200 1000 2a00000000000000";
    private static final String RELATION = "7f060000 05000000 10400000";
    private static final String METADATA = "02000000 03000000 64000000 04000000 0500000000000000 06000000 07000000"
            + "08000000 00000000 0900000000000000 02000000 00000000";
    private static final GinMetadata READ_METADATA = new GinMetadata(2, 3, 100, 4, 5, 6, 7, 8, 9, 2);
    /** First row 0x10002/3, three bytes, one of padding. */
    private static final String POSTING_LIST = "0100 0200 0300 0300 aabbcc 00";

    private static CraftedRecord crafted(int operation) {
        return CraftedRecord.of(PostgresMajor.V17, 13, operation);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void createPostingTree(int major) {
        CraftedRecord record = CraftedRecord.of(PostgresMajor.of(major), 13, 0x10).block(0, "")
                .main("0c000000" + POSTING_LIST);
        GinRecord.CreatePostingTree create = assertInstanceOf(GinRecord.CreatePostingTree.class, record.decode());
        assertArrayEquals(bytes(POSTING_LIST), create.postingLists());
        assertEquals("CREATE_PTREE ", record.describe());
    }

    @Test
    void insertIntoALeafOfTheEntryTree() {
        CraftedRecord record = crafted(0x20).block(0, "0300 01 cc" + TUPLE).main("0200");
        GinRecord.Insert insert = assertInstanceOf(GinRecord.Insert.class, record.decode());
        PageChange.Entry entry = assertInstanceOf(PageChange.Entry.class, insert.change().orElseThrow());
        assertEquals(3, entry.offset());
        assertEquals(true, entry.isReplaced());
        assertArrayEquals(bytes(TUPLE), entry.tuple().bytes());
        assertEquals("INSERT isdata: F isleaf: T isdelete: T", record.describe());
    }

    @Test
    void insertIntoAnInnerPageOfTheEntryTree() {
        CraftedRecord record = crafted(0x20).block(0, "0300 00 00" + TUPLE).block(1, "")
                .main("0000 0100 0200 0000 0900");
        GinRecord.Insert insert = assertInstanceOf(GinRecord.Insert.class, record.decode());
        assertEquals(Optional.of(new GinRecord.Children(0x10002, 9)), insert.children());
        assertEquals("INSERT isdata: F isleaf: F children: 65538/9 isdelete: F", record.describe());
    }

    @Test
    void insertIntoAnInnerPageOfAPostingTree() {
        CraftedRecord record = crafted(0x20).block(0, "0300 0000 0800 0100 0200 0500").block(1, "")
                .main("0100 0000 0800 0000 0900");
        assertEquals(new GinRecord.Insert(true, false, Optional.of(new GinRecord.Children(8, 9)),
                Optional.of(new PageChange.Downlink(3, 8, new ItemPointer(0x10002, 5)))), record.decode());
        assertEquals("INSERT isdata: T isleaf: F children: 8/9 pitem: 8-65538/5", record.describe());
    }

    @Test
    void insertIntoALeafOfAPostingTree() {
        String actions = "0400  00 01  01 02" + POSTING_LIST + "02 03" + POSTING_LIST
                + "03 04 0200 0000 0700 0100 0000 0700 0200";
        CraftedRecord record = crafted(0x20).block(0, actions).main("0300");
        GinRecord.Insert insert = assertInstanceOf(GinRecord.Insert.class, record.decode());
        List<PageChange.SegmentAction> read = assertInstanceOf(PageChange.Recompression.class,
                insert.change().orElseThrow()).actions();
        assertEquals(new PageChange.DeleteSegment(0), read.get(0));
        assertArrayEquals(bytes(POSTING_LIST),
                assertInstanceOf(PageChange.InsertSegment.class, read.get(1)).postingList());
        assertArrayEquals(bytes(POSTING_LIST),
                assertInstanceOf(PageChange.ReplaceSegment.class, read.get(2)).postingList());
        assertEquals(new PageChange.AddItems(3, List.of(new ItemPointer(7, 1), new ItemPointer(7, 2))), read.get(3));
        assertEquals("INSERT isdata: T isleaf: T 4 segments: 0 (delete) 1 (insert) 2 (replace) 3 (add 2 items)",
                record.describe());
    }

    @Test
    void ofAPageWithAnImageOnlyThatIsSaid() {
        assertEquals("INSERT isdata: T isleaf: T (full page image)",
                crafted(0x20).restoredBlock(0).main("0300").describe());
        assertEquals("INSERT isdata: T isleaf: T (full page image, for WAL verification)",
                crafted(0x20).checkedBlock(0, "0100 00 01").main("0300").describe());
        assertEquals("VACUUM_DATA_LEAF_PAGE  (full page image)", crafted(0x90).restoredBlock(0).describe());
    }

    @Test
    void split() {
        CraftedRecord record = crafted(0x30).restoredBlock(0).restoredBlock(1).restoredBlock(2)
                .main(RELATION + "09000000 ffffffff ffffffff 0600 cccc");
        assertEquals(new GinRecord.Split(new RelFileLocator(1663, 5, 16400), 9, new GinRecord.Children(-1, -1), true,
                false, true), record.decode());
        assertEquals("SPLIT isrootsplit: T isdata: F isleaf: T", record.describe());
        assertEquals("SPLIT isrootsplit: F isdata: T isleaf: F", crafted(0x30).restoredBlock(0).restoredBlock(1)
                .block(3, "").main(RELATION + "09000000 02000000 03000000 0100 cccc").describe());
    }

    @Test
    void vacuum() {
        assertEquals(new GinRecord.VacuumPage(), crafted(0x40).restoredBlock(0).decode());
        CraftedRecord record = crafted(0x90).block(0, "0100 02 01");
        assertEquals(new GinRecord.VacuumDataLeafPage(Optional.of(
                new PageChange.Recompression(List.of(new PageChange.DeleteSegment(2))))), record.decode());
        assertEquals("VACUUM_DATA_LEAF_PAGE  1 segments: 2 (delete)", record.describe());
    }

    @Test
    void deletePage() {
        CraftedRecord record = crafted(0x50).block(0, "").block(1, "").block(2, "")
                .main("0700 cccc 09000000 bc020000");
        assertEquals(new GinRecord.DeletePage(7, 9, 700), record.decode());
        assertEquals("DELETE_PAGE ", record.describe());
    }

    @Test
    void updateMetaPage() {
        String head = RELATION + "cccccccc" + METADATA;
        CraftedRecord appended = crafted(0x60).block(0, "").block(1, TUPLE + TUPLE)
                .main(head + "ffffffff ffffffff 02000000 cccccccc");
        GinRecord.UpdateMetaPage update = assertInstanceOf(GinRecord.UpdateMetaPage.class, appended.decode());
        assertEquals(READ_METADATA, update.metadata());
        assertEquals(2, update.tuples().orElseThrow().size());
        assertEquals("UPDATE_META_PAGE ", appended.describe());
        assertEquals(new GinRecord.UpdateMetaPage(new RelFileLocator(1663, 5, 16400), READ_METADATA, 3, 8, 0,
                Optional.empty()), crafted(0x60).block(0, "").block(1, "")
                        .main(head + "03000000 08000000 00000000 cccccccc").decode());
    }

    @Test
    void pendingList() {
        CraftedRecord insert = crafted(0x70).block(0, TUPLE + TUPLE).main("ffffffff 02000000");
        GinRecord.InsertListPage read = assertInstanceOf(GinRecord.InsertListPage.class, insert.decode());
        assertEquals(-1, read.rightLink());
        assertEquals(2, read.tuples().size());
        assertEquals("INSERT_LISTPAGE ", insert.describe());
        CraftedRecord delete = crafted(0x80).block(0, "").block(1, "").block(2, "")
                .main(METADATA + "02000000 cccccccc");
        assertEquals(new GinRecord.DeleteListPages(READ_METADATA, 2), delete.decode());
        assertEquals("DELETE_LISTPAGE ndeleted: 2", delete.describe());
    }

    @Test
    void otherFormsAreRefused() {
        String head = RELATION + "cccccccc" + METADATA;
        List<CraftedRecord> others = List.of(
                crafted(0x00).block(0, ""),
                crafted(0xA0).block(0, ""),
                crafted(0x10).block(0, "").main("0d000000" + POSTING_LIST),
                crafted(0x10).block(0, "").main("0b000000" + POSTING_LIST),
                crafted(0x10).block(0, "").main("ffffffff" + POSTING_LIST),
                crafted(0x20).block(0, "0300 00 00" + TUPLE).main("0600"),
                crafted(0x20).block(0, "0300 00 00" + TUPLE).main("0000 0100 0200 0000 0900"),
                crafted(0x20).block(0, "0100 00 05").main("0300"),
                crafted(0x20).block(0, "0100 00 00").main("0300"),
                crafted(0x20).block(0, "0100 00 02 0100 0200 0300 0400 aabbcc").main("0300"),
                crafted(0x20).block(0, "0200 00 01").main("0300"),
                crafted(0x20).block(0, "0100 00 01 00").main("0300"),
                crafted(0x20).block(0, "0100 00 04 0200 0000 0700 0100").main("0300"),
                crafted(0x30).restoredBlock(0).restoredBlock(1).main(RELATION
                        + "09000000 ffffffff ffffffff 0600 cccc"),
                crafted(0x30).restoredBlock(0).block(1, "").main(RELATION + "09000000 ffffffff ffffffff 0300 cccc"),
                crafted(0x30).restoredBlock(0).restoredBlock(1).block(2, "").main(RELATION
                        + "09000000 ffffffff ffffffff 0700 cccc"),
                crafted(0x40).block(0, ""),
                crafted(0x40).checkedBlock(0, ""),
                crafted(0x60).block(0, "").block(1, TUPLE).main(head + "ffffffff ffffffff 02000000 cccccccc"),
                crafted(0x60).block(0, "").block(1, TUPLE).main(head + "ffffffff ffffffff 00000000 cccccccc"),
                crafted(0x70).block(0, TUPLE).main("ffffffff 02000000"),
                crafted(0x80).block(0, "").block(1, "").main(METADATA + "02000000 cccccccc"),
                crafted(0x80).block(0, "").block(1, "").main(METADATA + "ffffffff cccccccc"),
                crafted(0x80).block(0, "").block(1, "").main(METADATA + "00000000 cccccccc"));
        for (int i = 0; i < others.size(); i++) {
            assertThrows(UnsupportedWalException.class, others.get(i)::decode, "form " + i);
        }
    }
}
