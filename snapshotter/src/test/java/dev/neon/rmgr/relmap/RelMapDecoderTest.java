package dev.neon.rmgr.relmap;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;

class RelMapDecoderTest {
    @Test
    void theMapHas512BytesBefore16() {
        String map = "17275900".repeat(128);
        assertSays(record(15, "RelMap", 0x00).main("05000000 7f060000 00020000" + map),
                "Update[database=5, tablespace=1663, map=" + map + "]", "database 5 tablespace 1663 size 512");
    }

    @Test
    void theMapHas524BytesSince16() {
        String map = "17275900".repeat(131);
        assertSays(record(16, "RelMap", 0x00).main("00000000 80060000 0c020000" + map),
                "Update[database=0, tablespace=1664, map=" + map + "]", "database 0 tablespace 1664 size 524");
    }

    @Test
    void otherSizesAndOperations() {
        assertUnknown(record(14, "RelMap", 0x00).main("00000000 80060000 0c020000" + "17275900".repeat(131)));
        assertUnknown(record(18, "RelMap", 0x00).main("00000000 80060000 00020000" + "17275900".repeat(128)));
        assertUnknown(record(18, "RelMap", 0x10).main("00000000 80060000 0c020000" + "17275900".repeat(131)));
    }
}
