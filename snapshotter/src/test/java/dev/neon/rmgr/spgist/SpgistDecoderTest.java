package dev.neon.rmgr.spgist;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import dev.neon.wal.CraftedRecord;
import org.junit.jupiter.api.Test;

class SpgistDecoderTest {
    /** 16 bytes: the length is in the upper 30 bits of the first four. */
    private static final String LEAF = "40000000 0200 000001000700 01020304";
    private static final String LEAF_SAID = LEAF.replace(" ", "");
    /** 8 bytes: the length is in the last but one pair. */
    private static final String INNER = "08000000 0800 0000";
    private static final String INNER_SAID = INNER.replace(" ", "");
    private static final String STATE = "bc020000 01 7f7f7f";
    private static final String STATE_SAID = "stateSrc=State[redirectXid=700, isBuild=true]";

    @Test
    void addLeaf() {
        assertSays(record(14, "SPGist", 0x10).block("").block("").main("01 01 0300 0400 0500 0600" + LEAF),
                "AddLeaf[newPage=true, storesNulls=true, offnumLeaf=3, offnumHeadLeaf=4, offnumParent=5, nodeI=6,"
                        + " leafTuple=" + LEAF_SAID + "]",
                "off: 3, headoff: 4, parentoff: 5, nodeI: 6 (newpage) (nulls)");
        assertUnknown(record(14, "SPGist", 0x10).block("").block("").main("00 00 0300 0400 0500 0600 2c000000 0000 000000000000"));
    }

    @Test
    void moveLeafs() {
        assertSays(record(18, "SPGist", 0x20).block("").block("").block("").main("0100 00 00 00 7f 0500 0600 7f7f" + STATE + "0900 0a00 0b00"
                + LEAF + LEAF),
                "MoveLeafs[newPage=false, replaceDead=false, storesNulls=false, offnumParent=5, nodeI=6, " + STATE_SAID
                        + ", toDelete=[9], toInsert=[10, 11], leafTuples=[" + LEAF_SAID + ", " + LEAF_SAID + "]]",
                "nmoves: 1, parentoff: 5, nodeI: 6");
        assertSays(record(18, "SPGist", 0x20).block("").block("").block("").main("0200 01 01 01 7f 0500 0600 7f7f" + STATE + "0900 0800 0a00"
                + LEAF),
                "MoveLeafs[newPage=true, replaceDead=true, storesNulls=true, offnumParent=5, nodeI=6, " + STATE_SAID
                        + ", toDelete=[9, 8], toInsert=[10], leafTuples=[" + LEAF_SAID + "]]",
                "nmoves: 2, parentoff: 5, nodeI: 6 (newpage) (replacedead) (nulls)");
    }

    @Test
    void addNode() {
        assertSays(record(17, "SPGist", 0x30).block("").main("0300 0400 01 ff 0500 0600 7f7f" + STATE + INNER),
                "AddNode[offnum=3, offnumNew=4, newPage=true, parentBlk=-1, offnumParent=5, nodeI=6, " + STATE_SAID
                        + ", innerTuple=" + INNER_SAID + "]",
                "off: 3, newoff: 4, parentBlk: -1, parentoff: 5, nodeI: 6 (newpage)");
        assertUnknown(record(17, "SPGist", 0x30).block("").main("0300 0400 01 03 0500 0600 7f7f" + STATE + INNER));
        assertUnknown(record(17, "SPGist", 0x30).block("").main("0300 0400 01 ff 0500 0600 7f7f" + STATE
                + INNER.replace("0800 ", "0700 ")));
    }

    @Test
    void splitTuple() {
        assertSays(record(15, "SPGist", 0x40).block("").main("0300 0400 01 01" + INNER + INNER),
                "SplitTuple[offnumPrefix=3, offnumPostfix=4, newPage=true, postfixBlkSame=true, prefixTuple="
                        + INNER_SAID + ", postfixTuple=" + INNER_SAID + "]",
                "prefixoff: 3, postfixoff: 4 (newpage) (same)");
    }

    @Test
    void pickSplit() {
        assertSays(record(16, "SPGist", 0x50).block(2, "").main("01 7f 0100 0200 01 00 0300 01 01 01 7f 0500 0600 7f7f" + STATE
                + "0900 0a00 0b00 00 01" + INNER + LEAF + LEAF),
                "PickSplit[isRootSplit=true, initSrc=true, initDest=false, offnumInner=3, initInner=true,"
                        + " storesNulls=true, innerIsParent=true, offnumParent=5, nodeI=6, " + STATE_SAID
                        + ", toDelete=[9], innerTuple=" + INNER_SAID + ", toInsert=[Leaf[offnum=10, isDest=false, tuple="
                        + LEAF_SAID + "], Leaf[offnum=11, isDest=true, tuple=" + LEAF_SAID + "]]]",
                "ndelete: 1, ninsert: 2, inneroff: 3, parentoff: 5, nodeI: 6 (innerIsParent) (nulls) (isRootSplit)");
        assertSays(record(16, "SPGist", 0x50).block(2, "").main("00 7f 0000 0000 00 01 0300 00 00 00 7f 0500 0600 7f7f" + STATE
                + INNER),
                "PickSplit[isRootSplit=false, initSrc=false, initDest=true, offnumInner=3, initInner=false,"
                        + " storesNulls=false, innerIsParent=false, offnumParent=5, nodeI=6, " + STATE_SAID
                        + ", toDelete=[], innerTuple=" + INNER_SAID + ", toInsert=[]]",
                "ndelete: 0, ninsert: 0, inneroff: 3, parentoff: 5, nodeI: 6");
    }

    @Test
    void vacuum() {
        assertSays(record(14, "SPGist", 0x60).block("").main("0100 0200 0100 0200" + STATE
                + "0100 0200 0300 0400 0500 0600 0700 0800 0900"),
                "VacuumLeaf[" + STATE_SAID + ", toDead=[1], toPlaceholder=[2, 3], moveSrc=[4], moveDest=[5],"
                        + " chainSrc=[6, 7], chainDest=[8, 9]]",
                "ndead: 1, nplaceholder: 2, nmove: 1, nchain: 2");
        assertSays(record(18, "SPGist", 0x70).block("").main("0200 7f7f" + STATE + "0100 0200"),
                "VacuumRoot[" + STATE_SAID + ", toDelete=[1, 2]]", "ndelete: 2");
    }

    @Test
    void vacuumRedirect() {
        assertSays(record(15, "SPGist", 0x80).block("").main("0200 0300 ffffffff 0700 0800"),
                "VacuumRedirect[firstPlaceholder=3, snapshotConflictHorizon=-1, isCatalogRel=false,"
                        + " toPlaceholder=[7, 8]]",
                "ntoplaceholder: 2, firstplaceholder: 3, newestredirectxid: 4294967295");
        String bytes = "0200 0300 bc020000 01 7f 0700 0800";
        String said = "VacuumRedirect[firstPlaceholder=3, snapshotConflictHorizon=700, isCatalogRel=true,"
                + " toPlaceholder=[7, 8]]";
        assertSays(record(16, "SPGist", 0x80).block("").main(bytes), said,
                "ntoplaceholder: 2, firstplaceholder: 3, snapshotConflictHorizon: 700");
        assertSays(record(17, "SPGist", 0x80).block("").main(bytes), said,
                "ntoplaceholder: 2, firstplaceholder: 3, snapshotConflictHorizon: 700, isCatalogRel: T");
    }

    @Test
    void otherOperations() {
        for (int major : new int[] {14, 16, 18}) {
            assertUnknown(record(major, "SPGist", 0x00));
            assertUnknown(record(major, "SPGist", 0x90));
        }
    }

    @Test
    void blocksOfOtherForms() {
        CraftedRecord vacuum = record(18, "SPGist", 0x70).main("0000 7f7f" + STATE);
        assertUnknown(vacuum);
        assertUnknown(vacuum.block("").block(""));
        assertUnknown(vacuum.block("00"));
        assertUnknown(vacuum.block(1, ""));
        CraftedRecord leaf = record(15, "SPGist", 0x10).main("01 01 0300 0400 0500 0600" + LEAF);
        assertUnknown(leaf);
        assertUnknown(leaf.block("").block("").block(""));
        CraftedRecord redirect = record(16, "SPGist", 0x80).main("0000 0300 bc020000 01 7f");
        assertUnknown(redirect);
        assertUnknown(redirect.block("").block(""));
        CraftedRecord moves = record(14, "SPGist", 0x20).main("0100 00 00 00 7f 0500 0600 7f7f" + STATE
                + "0900 0a00 0b00" + LEAF + LEAF);
        assertUnknown(moves.block("").block(""));
        assertUnknown(moves.block("").block("").block("").block(""));
        CraftedRecord split = record(16, "SPGist", 0x50).main("00 7f 0000 0000 00 01 0300 00 00 00 7f 0500 0600 7f7f"
                + STATE + INNER);
        assertUnknown(split.block("").block(""));
        assertUnknown(split.block(2, "").block(4, ""));
    }
}
