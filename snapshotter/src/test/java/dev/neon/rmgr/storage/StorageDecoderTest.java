package dev.neon.rmgr.storage;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageDecoderTest {
    private static final String RELATION = "7f060000 05000000 10400000";

    @Test
    void create() {
        assertSays(record(14, "Storage", 0x10).main(RELATION + "00000000"),
                "Create[relation=1663/5/16400, fork=main]", "base/5/16400");
        assertSays(record(17, "Storage", 0x11).main(RELATION + "03000000"),
                "Create[relation=1663/5/16400, fork=init]", "base/5/16400_init");
        assertSays(record(15, "Storage", 0x10).main("80060000 00000000 10400000 02000000"),
                "Create[relation=1664/0/16400, fork=vm]", "global/16400_vm");
        assertUnknown(record(15, "Storage", 0x10).main(RELATION + "04000000"));
    }

    @ParameterizedTest
    @CsvSource({"14, 202107181", "15, 202209061", "16, 202307071", "17, 202406281", "18, 202506291"})
    void filesOfATablespaceAreInADirectoryOfTheRelease(int major, String catalog) {
        assertSays(record(major, "Storage", 0x10).main("ffffffff 05000000 10400000 01000000"),
                "Create[relation=4294967295/5/16400, fork=fsm]",
                "pg_tblspc/4294967295/PG_" + major + "_" + catalog + "/5/16400_fsm");
    }

    @Test
    void truncate() {
        assertSays(record(18, "Storage", 0x20).main("feffffff" + RELATION + "07000000"),
                "Truncate[relation=1663/5/16400, block=-2, flags=7]", "base/5/16400 to 4294967294 blocks flags 7");
        assertUnknown(record(18, "Storage", 0x20).main("feffffff" + RELATION + "08000000"));
    }

    @Test
    void otherOperations() {
        assertUnknown(record(18, "Storage", 0x00).main(RELATION + "00000000"));
    }
}
