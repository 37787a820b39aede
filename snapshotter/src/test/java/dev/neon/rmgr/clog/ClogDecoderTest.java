package dev.neon.rmgr.clog;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;

class ClogDecoderTest {
    @Test
    void pageNumbersHave32BitsBefore17() {
        assertSays(record(16, "CLOG", 0x00).main("07000000"), "ZeroPage[page=7]", "page 7");
        assertSays(record(14, "CLOG", 0x10).main("20000000 ffffffff 05000000"),
                "Truncate[page=32, oldestXact=-1, oldestXactDatabase=5]", "page 32; oldestXact 4294967295");
    }

    @Test
    void pageNumbersHave64BitsSince17() {
        assertSays(record(17, "CLOG", 0x00).main("0700000001000000"), "ZeroPage[page=4294967303]", "page 4294967303");
        assertSays(record(18, "CLOG", 0x10).main("2000000000000000 03000000 05000000"),
                "Truncate[page=32, oldestXact=3, oldestXactDatabase=5]", "page 32; oldestXact 3");
    }

    @Test
    void otherOperations() {
        assertUnknown(record(14, "CLOG", 0x20).main("07000000"));
        assertUnknown(record(17, "CLOG", 0x20).main("0700000000000000"));
    }
}
