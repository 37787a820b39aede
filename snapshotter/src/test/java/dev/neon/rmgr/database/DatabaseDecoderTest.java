package dev.neon.rmgr.database;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;

class DatabaseDecoderTest {
    private static final String COPY = "10400000 7f060000 04000000 80060000";
    private static final String COPY_SAID =
            "CreateFileCopy[database=16400, tablespace=1663, sourceDatabase=4, sourceTablespace=1664]";

    @Test
    void copiesOfFiles() {
        assertSays(record(14, "Database", 0x00).main(COPY), COPY_SAID, "copy dir 1664/4 to 1663/16400");
        assertSays(record(18, "Database", 0x00).main(COPY), COPY_SAID, "copy dir 1664/4 to 1663/16400");
    }

    @Test
    void copiesThroughWalSince15() {
        assertSays(record(15, "Database", 0x10).main("10400000 7f060000"),
                "CreateWalLog[database=16400, tablespace=1663]", "create dir 1663/16400");
    }

    @Test
    void dropHasAnotherNumberSince15() {
        String drop = "10400000 02000000 7f060000 11400000";
        String said = "Drop[database=16400, tablespaces=[1663, 16401]]";
        assertSays(record(14, "Database", 0x10).main(drop), said, "dir 1663/16400 16401/16400");
        assertSays(record(16, "Database", 0x20).main(drop), said, "dir 1663/16400 16401/16400");
        assertUnknown(record(14, "Database", 0x20).main(drop));
        assertUnknown(record(15, "Database", 0x10).main(drop));
        assertUnknown(record(15, "Database", 0x20).main("10400000 ffffffff 7f060000"));
        assertUnknown(record(15, "Database", 0x20).main("10400000 ffffff7f 7f060000"));
        assertUnknown(record(18, "Database", 0x30).main(drop));
    }
}
