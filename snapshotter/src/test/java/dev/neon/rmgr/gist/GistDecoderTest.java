package dev.neon.rmgr.gist;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;

class GistDecoderTest {
    /** {@code t_tid}, then {@code t_info}: 16 and 8 bytes, with flags that do not count. */
    private static final String TUPLE = "000001000200 1060 0102030405060708";
    private static final String SHORT = "000001000300 0800";

    @Test
    void pageUpdate() {
        assertSays(record(14, "Gist", 0x00).main("0200 0200").block("0300 0500" + TUPLE + SHORT).block(""),
                "PageUpdate[change=TupleChange[toDelete=[3, 5],"
                        + " toInsert=[00000100020010600102030405060708, 0000010003000800]]]", "");
        assertSays(record(18, "Gist", 0x00).main("0200 0200").image(), "PageUpdate[change=none]", "");
        assertSays(record(18, "Gist", 0x00).main("0000 0000").block(""),
                "PageUpdate[change=TupleChange[toDelete=[], toInsert=[]]]", "");
    }

    @Test
    void pageUpdateOfUnknownForm() {
        assertUnknown(record(14, "Gist", 0x00).main("0200 0200"));
        assertUnknown(record(14, "Gist", 0x00).main("0000 0100").block(""));
        assertUnknown(record(14, "Gist", 0x00).main("0000 0100").block(TUPLE + SHORT));
        assertUnknown(record(14, "Gist", 0x00).main("0000 0100").block("000001000300 0700"));
        assertUnknown(record(14, "Gist", 0x00).main("0000 0100").block("000001000300 0900"));
        assertUnknown(record(14, "Gist", 0x00).main("0000 0100").block("000001000300 08"));
    }

    @Test
    void delete() {
        assertSays(record(15, "Gist", 0x10).main("ffffffff 0200 0300 0400").block(""),
                "Delete[snapshotConflictHorizon=-1, isCatalogRel=false, toDelete=[3, 4]]",
                "delete: latestRemovedXid 4294967295, nitems: 2");
        String bytes = "bc020000 0200 01 7f 0300 0400";
        String said = "Delete[snapshotConflictHorizon=700, isCatalogRel=true, toDelete=[3, 4]]";
        assertSays(record(16, "Gist", 0x10).main(bytes).block(""), said,
                "delete: snapshotConflictHorizon 700, nitems: 2");
        assertSays(record(17, "Gist", 0x10).main(bytes).block(""), said,
                "delete: snapshotConflictHorizon 700, nitems: 2, isCatalogRel T");
    }

    @Test
    void pageReuse() {
        String bytes = "7f060000 05000000 10400000 fdffffff ffffffff02000000";
        String said = "PageReuse[relation=1663/5/16400, block=-3, snapshotConflictHorizon=12884901887, isCatalogRel=%s]";
        assertSays(record(14, "Gist", 0x20).main(bytes), said.formatted(false),
                "rel 1663/5/16400; blk 4294967293; latestRemovedXid 2:4294967295");
        assertSays(record(16, "Gist", 0x20).main(bytes + "01"), said.formatted(true),
                "rel 1663/5/16400; blk 4294967293; snapshotConflictHorizon 2:4294967295");
        assertSays(record(18, "Gist", 0x20).main(bytes + "00"), said.formatted(false),
                "rel 1663/5/16400; blk 4294967293; snapshotConflictHorizon 2:4294967295, isCatalogRel F");
    }

    @Test
    void pageSplit() {
        String main = "ffffffff 7f7f7f7f ddccbbaa01000000 01 7f 0200 01 7f7f7f";
        assertSays(record(16, "Gist", 0x30).main(main).block("").block("02000000" + TUPLE + SHORT)
                .block("01000000" + SHORT), "PageSplit[origrlink=-1, orignsn=7159401693, origleaf=true,"
                        + " markfollowright=true, pages=[Page[tuples=[00000100020010600102030405060708,"
                        + " 0000010003000800]], Page[tuples=[0000010003000800]]]]", "page_split: splits to 2 pages");
        assertUnknown(record(16, "Gist", 0x30).main(main).block("").block("01000000" + SHORT));
        assertUnknown(record(16, "Gist", 0x30).main(main).block("").block("00000000").block("00000000")
                .block("00000000"));
        assertUnknown(record(16, "Gist", 0x30).main(main).block("").block("00000000").block("ffffffff"));
        assertUnknown(record(16, "Gist", 0x30).main(main).block("").block("00000000").block("ffffff7f"));
        assertUnknown(record(16, "Gist", 0x30).main(main).block("").block("00000000").block("00000000 00"));
    }

    @Test
    void pageDeleteAndAssignLsn() {
        assertSays(record(18, "Gist", 0x60).main("feffffff01000000 0700").block("").block(""),
                "PageDelete[deleteXid=8589934590, downlinkOffset=7]", "deleteXid 1:4294967294; downlink 7");
        assertSays(record(18, "Gist", 0x70).main("00000000"), "AssignLsn[]", "");
    }

    @Test
    void operationsOfOldAreUnknown() {
        for (int info : new int[] {0x40, 0x50, 0x80}) {
            assertUnknown(record(14, "Gist", info).main("00000000"));
            assertUnknown(record(18, "Gist", info).main("00000000"));
        }
    }

    @Test
    void blocksOfOtherForms() {
        for (int major : new int[] {14, 18}) {
            assertUnknown(record(major, "Gist", 0x00).main("0000 0000").block("").block("").block(""));
            assertUnknown(record(major, "Gist", 0x00).main("0000 0000").block("").block("00"));
            assertUnknown(record(major, "Gist", 0x60).main("feffffff01000000 0700").block(""));
            assertUnknown(record(major, "Gist", 0x60).main("feffffff01000000 0700").block("").block("").block(""));
            assertUnknown(record(major, "Gist", 0x70).main("00000000").block(""));
        }
        assertUnknown(record(15, "Gist", 0x10).main("ffffffff 0200 0300 0400"));
        assertUnknown(record(15, "Gist", 0x10).main("ffffffff 0200 0300 0400").block("").block(""));
        assertUnknown(record(15, "Gist", 0x10).main("ffffffff 0200 0300 0400").block("00"));
        assertUnknown(record(16, "Gist", 0x30).main("ffffffff 7f7f7f7f ddccbbaa01000000 01 7f 0100 01 7f7f7f").block("00")
                .block("00000000"));
    }
}
