package dev.neon.rmgr.committs;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;

class CommitTsDecoderTest {
    @Test
    void pageNumbersHave32BitsBefore17() {
        assertSays(record(14, "CommitTs", 0x00).main("07000000"), "ZeroPage[page=7]", "7");
        assertSays(record(16, "CommitTs", 0x10).main("20000000 ffffffff"), "Truncate[page=32, oldestXid=-1]",
                "pageno 32, oldestXid 4294967295");
    }

    @Test
    void pageNumbersHave64BitsSince17() {
        assertSays(record(18, "CommitTs", 0x00).main("0700000001000000"), "ZeroPage[page=4294967303]", "4294967303");
        assertSays(record(17, "CommitTs", 0x10).main("2000000000000000 03000000"), "Truncate[page=32, oldestXid=3]",
                "pageno 32, oldestXid 3");
    }

    @Test
    void otherOperations() {
        assertUnknown(record(14, "CommitTs", 0x20).main("07000000"));
        assertUnknown(record(17, "CommitTs", 0x20).main("0700000000000000"));
    }
}
