package dev.neon.rmgr.btree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.IndexTuple;
import dev.neon.wal.CraftedRecord;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form byte by byte. */
class BtreeDecoderTest {
    /** Of 16 bytes, the key 42. */
    private static final String TUPLE = "0000 0700 0200 1000 2a00000000000000";
    /** Of 8 bytes, no key: a link to block 9. */
    private static final String LINK = "0000 0900 0000 0800";
    private static final String METADATA =
            "04000000 03000000 02000000 01000000 00000000 05000000 01 cccccc";
    private static final BtreeMetadata READ_METADATA = new BtreeMetadata(4, 3, 2, 1, 0, 5, true);

    private static CraftedRecord crafted(PostgresMajor major, int operation) {
        return CraftedRecord.of(major, 11, operation);
    }

    private static CraftedRecord crafted(int operation) {
        return crafted(PostgresMajor.V17, operation);
    }

    private static void assertTuple(String expected, IndexTuple tuple) {
        assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(tuple.bytes()));
    }

    @Test
    void insertLeaf() {
        CraftedRecord record = crafted(0x00).block(0, TUPLE).main("0300");
        BtreeRecord.InsertLeaf insert = assertInstanceOf(BtreeRecord.InsertLeaf.class, record.decode());
        assertEquals(3, insert.offset());
        assertTuple(TUPLE, insert.tuple().orElseThrow());
        assertEquals("INSERT_LEAF off: 3", record.describe());
        assertEquals("INSERT_LEAF off 3", crafted(PostgresMajor.V15, 0x00).block(0, TUPLE).main("0300").describe());
    }

    @Test
    void anImageToRestoreReplacesData() {
        CraftedRecord record = crafted(0x00).restoredBlock(0).main("0300");
        assertEquals(new BtreeRecord.InsertLeaf(3, Optional.empty()), record.decode());
        CraftedRecord checked = crafted(0x00).checkedBlock(0, TUPLE).main("0300");
        assertTuple(TUPLE, assertInstanceOf(BtreeRecord.InsertLeaf.class, checked.decode()).tuple().orElseThrow());
    }

    @Test
    void insertUpperAndMeta() {
        BtreeRecord.InsertUpper upper = assertInstanceOf(BtreeRecord.InsertUpper.class,
                crafted(0x10).block(0, TUPLE).block(1, "").main("0300").decode());
        assertEquals(Optional.empty(), upper.metadata());
        CraftedRecord record = crafted(0x20).block(0, TUPLE).block(1, "").block(2, METADATA).main("0300");
        BtreeRecord.InsertUpper meta = assertInstanceOf(BtreeRecord.InsertUpper.class, record.decode());
        assertEquals(Optional.of(READ_METADATA), meta.metadata());
        assertEquals("INSERT_META off: 3", record.describe());
    }

    @Test
    void insertPosting() {
        BtreeRecord.InsertPosting insert = assertInstanceOf(BtreeRecord.InsertPosting.class,
                crafted(0x50).block(0, "0500" + TUPLE).main("0300").decode());
        assertEquals(5, insert.split().orElseThrow().postingOffset());
        assertTuple(TUPLE, insert.split().orElseThrow().newItem());
    }

    @Test
    void splitWithTheNewItemOnTheLeft() {
        CraftedRecord record = crafted(0x30).block(0, TUPLE + LINK).block(1, TUPLE + LINK + LINK).block(2, "")
                .main("00000000 0a00 0b00 0000");
        BtreeRecord.Split split = assertInstanceOf(BtreeRecord.Split.class, record.decode());
        assertTuple(TUPLE, split.left().orElseThrow().newItem().orElseThrow());
        assertTuple(LINK, split.left().orElseThrow().highKey());
        assertEquals(3, split.right().size());
        assertTuple(TUPLE, split.right().getFirst());
        assertEquals("SPLIT_L level: 0, firstrightoff: 10, newitemoff: 11, postingoff: 0", record.describe());
    }

    @Test
    void splitWithTheNewItemOnTheRight() {
        String main = "01000000 0a00 0b00 0000";
        BtreeRecord.Split split = assertInstanceOf(BtreeRecord.Split.class,
                crafted(0x40).block(0, LINK).block(1, TUPLE).block(3, "").main(main).decode());
        assertEquals(Optional.empty(), split.left().orElseThrow().newItem());
        assertEquals("SPLIT_R level 1, firstrightoff 10, newitemoff 11, postingoff 0", crafted(PostgresMajor.V14, 0x40)
                .block(0, LINK).block(1, TUPLE).block(3, "").main(main).describe());
    }

    @Test
    void splitOfAPostingListOnTheLeftByAnItemOnTheRight() {
        BtreeRecord.Split split = assertInstanceOf(BtreeRecord.Split.class, crafted(0x40).block(0, TUPLE + LINK)
                .block(1, TUPLE).main("00000000 0a00 0a00 0200").decode());
        assertEquals(2, split.postingOffset());
        assertTuple(TUPLE, split.left().orElseThrow().newItem().orElseThrow());
    }

    @Test
    void dedup() {
        CraftedRecord record = crafted(0x60).block(0, "0100 0300 0700 0200").main("0200");
        assertEquals(new BtreeRecord.Dedup(2, Optional.of(List.of(new BtreeRecord.Interval(1, 3),
                new BtreeRecord.Interval(7, 2)))), record.decode());
        assertEquals("DEDUP nintervals: 2", record.describe());
    }

    @Test
    void vacuum() {
        String removal = "0200 0400  0900  0300 0000 0100 0500";
        String main = "0200 0100";
        BtreeRecord.Vacuum vacuum = assertInstanceOf(BtreeRecord.Vacuum.class,
                crafted(0xC0).block(0, removal).main(main).decode());
        BtreeRecord.Removal read = vacuum.removal().orElseThrow();
        assertArrayEquals(new int[] {2, 4}, read.deleted());
        assertEquals(9, read.updated().getFirst().offset());
        assertArrayEquals(new int[] {0, 1, 5}, read.updated().getFirst().deleted());
        assertEquals("VACUUM ndeleted: 2, nupdated: 1, deleted: [2, 4], updated: [{ off: 9, nptids: 3, "
                + "ptids: [0, 1, 5] }]", crafted(PostgresMajor.V16, 0xC0).block(0, removal).main(main).describe());
        assertEquals("VACUUM ndeleted 2; nupdated 1", crafted(PostgresMajor.V15, 0xC0).block(0, removal).main(main)
                .describe());
        assertEquals("VACUUM ndeleted: 2, nupdated: 1", crafted(0xC0).restoredBlock(0).main(main).describe());
        assertEquals("VACUUM ndeleted: 1, nupdated: 0, deleted: [7], updated: []",
                crafted(0xC0).block(0, "0700").main("0100 0000").describe());
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void vacuumClearsTheCycleIdSince18(int major) {
        BtreeRecord.Vacuum vacuum = assertInstanceOf(BtreeRecord.Vacuum.class,
                crafted(PostgresMajor.of(major), 0xC0).block(0, "0700").main("0100 0000").decode());
        assertEquals(major >= 18, vacuum.clearsCycleId());
    }

    @Test
    void delete() {
        assertEquals("DELETE latestRemovedXid 4294967295; ndeleted 1; nupdated 0",
                crafted(PostgresMajor.V14, 0x70).block(0, "0700").main("ffffffff 0100 0000").describe());
        assertEquals("DELETE snapshotConflictHorizon: 4294967295, ndeleted: 1, nupdated: 0, deleted: [7], updated: []",
                crafted(PostgresMajor.V16, 0x70).block(0, "0700").main("ffffffff 0100 0000 01").describe());
        CraftedRecord record = crafted(PostgresMajor.V18, 0x70).block(0, "0700 0100 0000")
                .main("09000000 0000 0100 01");
        BtreeRecord.Delete delete = assertInstanceOf(BtreeRecord.Delete.class, record.decode());
        assertEquals(9, delete.snapshotConflictHorizon());
        assertEquals(true, delete.isCatalogRel());
        assertEquals("DELETE snapshotConflictHorizon: 9, ndeleted: 0, nupdated: 1, isCatalogRel: T, deleted: [], "
                + "updated: [{ off: 7, nptids: 1, ptids: [0] }]", record.describe());
    }

    @Test
    void markPageHalfDead() {
        String main = "0700 cccc 0a000000 09000000 0b000000 ffffffff";
        CraftedRecord record = crafted(0xB0).block(0, "").block(1, "").main(main);
        assertEquals(new BtreeRecord.MarkPageHalfDead(7, 10, 9, 11, -1), record.decode());
        assertEquals("MARK_PAGE_HALFDEAD topparent: 4294967295, leaf: 10, left: 9, right: 11", record.describe());
        assertEquals("MARK_PAGE_HALFDEAD topparent 4294967295; leaf 10; left 9; right 11",
                crafted(PostgresMajor.V15, 0xB0).block(0, "").block(1, "").main(main).describe());
    }

    @Test
    void unlinkPage() {
        String main = "01000000 02000000 03000000 cccccccc 0700000005000000 04000000 05000000 06000000";
        CraftedRecord record = crafted(0x90).block(0, "").block(1, "").block(2, "").block(3, "").block(4, METADATA)
                .main(main);
        assertEquals(new BtreeRecord.UnlinkPage(1, 2, 3, 5L << 32 | 7, 4, 5, 6, Optional.of(READ_METADATA)),
                record.decode());
        assertEquals("UNLINK_PAGE_META left: 1, right: 2, level: 3, safexid: 5:7, leafleft: 4, leafright: 5, "
                + "leaftopparent: 6", record.describe());
        assertEquals("UNLINK_PAGE left 1; right 2; level 3; safexid 5:7; leafleft 4; leafright 5; leaftopparent 6",
                crafted(PostgresMajor.V14, 0x80).block(0, "").block(2, "").main(main).describe());
    }

    @Test
    void newRoot() {
        assertEquals(new BtreeRecord.NewRoot(1, 0, List.of(), READ_METADATA),
                crafted(0xA0).block(0, "").block(2, METADATA).main("01000000 00000000").decode());
        CraftedRecord record = crafted(0xA0).block(0, TUPLE + LINK).block(1, "").block(2, METADATA)
                .main("03000000 01000000");
        BtreeRecord.NewRoot root = assertInstanceOf(BtreeRecord.NewRoot.class, record.decode());
        assertTuple(LINK, root.tuples().getLast());
        assertEquals("NEWROOT level: 1", record.describe());
        assertEquals("NEWROOT lev 0", crafted(PostgresMajor.V15, 0xA0).block(0, "").block(2, METADATA)
                .main("01000000 00000000").describe());
    }

    @Test
    void reusePage() {
        String main = "7f060000 05000000 10400000 09000000 0700000005000000";
        RelFileLocator relation = new RelFileLocator(1663, 5, 16400);
        assertEquals(new BtreeRecord.ReusePage(relation, 9, 5L << 32 | 7, false),
                crafted(PostgresMajor.V15, 0xD0).main(main).decode());
        assertEquals("REUSE_PAGE rel 1663/5/16400; latestRemovedXid 5:7",
                crafted(PostgresMajor.V15, 0xD0).main(main).describe());
        assertEquals(new BtreeRecord.ReusePage(relation, 9, 5L << 32 | 7, true),
                crafted(PostgresMajor.V16, 0xD0).main(main + "01").decode());
        assertEquals("REUSE_PAGE rel: 1663/5/16400, snapshotConflictHorizon: 5:7",
                crafted(PostgresMajor.V16, 0xD0).main(main + "01").describe());
        assertEquals("REUSE_PAGE rel: 1663/5/16400, snapshotConflictHorizon: 5:7, isCatalogRel: F",
                crafted(0xD0).main(main + "00").describe());
    }

    @Test
    void metaCleanup() {
        CraftedRecord record = crafted(0xE0).block(0, METADATA);
        assertEquals(new BtreeRecord.MetaCleanup(READ_METADATA), record.decode());
        assertEquals("META_CLEANUP last_cleanup_num_delpages: 5", record.describe());
        assertEquals("META_CLEANUP last_cleanup_num_delpages 5",
                crafted(PostgresMajor.V14, 0xE0).block(0, METADATA).describe());
    }

    @Test
    void otherFormsAreRefused() {
        List<CraftedRecord> others = List.of(
                crafted(0xF0).main("00"),
                crafted(0x00).block(0, TUPLE).main("0300 00"),
                crafted(0x00).block(0, TUPLE).main("03"),
                crafted(0x00).block(0, TUPLE + "00").main("0300"),
                crafted(0x00).block(0, "").main("0300"),
                crafted(0x00).block(0, "0000 0700 0200 1000 2a000000").main("0300"),
                crafted(0x00).block(0, "0000 0700 0200 0700").main("0300"),
                crafted(0x00).main("0300"),
                crafted(0x00).block(0, TUPLE).block(1, "").main("0300"),
                crafted(0x10).block(0, TUPLE).main("0300"),
                crafted(0x10).block(0, TUPLE).block(1, "00").main("0300"),
                crafted(0x30).block(0, LINK).block(1, TUPLE).main("00000000 0a00 0b00 0000"),
                crafted(0x40).block(0, TUPLE + LINK).block(1, TUPLE).main("00000000 0a00 0b00 0000"),
                crafted(0x40).block(0, LINK).block(1, TUPLE).main("01000000 0a00 0b00 0000"),
                crafted(0x60).block(0, "0100 0300").main("0200"),
                crafted(0x60).block(0, "0100 0300 0700 0200").main("0100"),
                crafted(0xC0).block(0, "0200 0900 0200 0000").main("0100 0100"),
                crafted(PostgresMajor.V15, 0x70).block(0, "0700").main("09000000 0100 0000 01"),
                crafted(PostgresMajor.V16, 0x70).block(0, "0700").main("09000000 0100 0000"),
                crafted(PostgresMajor.V16, 0xD0).main("7f060000 05000000 10400000 09000000 0700000005000000"),
                crafted(0xE0).block(0, METADATA + "00"),
                crafted(0xE0).restoredBlock(0));
        for (int i = 0; i < others.size(); i++) {
            assertThrows(UnsupportedWalException.class, others.get(i)::decode, "form " + i);
        }
    }
}
