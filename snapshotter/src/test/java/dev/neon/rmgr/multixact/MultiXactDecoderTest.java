package dev.neon.rmgr.multixact;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;

class MultiXactDecoderTest {
    @Test
    void pageNumbersHave32BitsBefore17() {
        assertSays(record(14, "MultiXact", 0x00).main("07000000"), "ZeroOffsetsPage[page=7]", "7");
        assertSays(record(16, "MultiXact", 0x10).main("08000000"), "ZeroMembersPage[page=8]", "8");
    }

    @Test
    void pageNumbersHave64BitsSince17() {
        assertSays(record(17, "MultiXact", 0x00).main("0700000001000000"), "ZeroOffsetsPage[page=4294967303]",
                "4294967303");
        assertSays(record(18, "MultiXact", 0x10).main("0800000000000000"), "ZeroMembersPage[page=8]", "8");
    }

    @Test
    void createHasEveryStatus() {
        String bytes = "ffffffff feffffff 06000000 01000000 00000000 02000000 01000000 03000000 02000000"
                + "04000000 03000000 05000000 04000000 fdffffff 05000000";
        String said = "Create[multi=-1, offset=-2, members=[Member[xid=1, status=keysh], Member[xid=2, status=sh],"
                + " Member[xid=3, status=fornokeyupd], Member[xid=4, status=forupd], Member[xid=5, status=nokeyupd],"
                + " Member[xid=-3, status=upd]]]";
        String description = "4294967295 offset 4294967294 nmembers 6: 1 (keysh) 2 (sh) 3 (fornokeyupd) 4 (forupd)"
                + " 5 (nokeyupd) 4294967293 (upd) ";
        assertSays(record(14, "MultiXact", 0x20).main(bytes), said, description);
        assertSays(record(18, "MultiXact", 0x20).main(bytes), said, description);
    }

    @Test
    void truncate() {
        String bytes = "05000000 01000000 02000000 03000000 feffffff";
        String said = "Truncate[oldestDatabase=5, startOffset=1, endOffset=2, startMember=3, endMember=-2]";
        assertSays(record(15, "MultiXact", 0x30).main(bytes), said, "offsets [1, 2), members [3, 4294967294)");
        assertSays(record(17, "MultiXact", 0x30).main(bytes), said, "offsets [1, 2), members [3, 4294967294)");
    }

    @Test
    void unknownForms() {
        assertUnknown(record(16, "MultiXact", 0x40).main("07000000"));
        assertUnknown(record(17, "MultiXact", 0x40).main("0700000000000000"));
        assertUnknown(record(17, "MultiXact", 0x20).main("01000000 01000000 01000000 01000000 06000000"));
        assertUnknown(record(17, "MultiXact", 0x20).main("01000000 01000000 ffffffff"));
        assertUnknown(record(17, "MultiXact", 0x20).main("01000000 01000000 ffffff7f 01000000 01000000"));
    }
}
