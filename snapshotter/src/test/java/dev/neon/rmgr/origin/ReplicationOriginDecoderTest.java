package dev.neon.rmgr.origin;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicationOriginDecoderTest {
    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void setAndDrop(int major) {
        assertSays(record(major, "ReplicationOrigin", 0x00).main("ddccbbaa01000000 ffff 01 7f7f7f7f7f"),
                "Set[remoteLsn=1/AABBCCDD, nodeId=65535, force=true]", "set 65535; lsn 1/AABBCCDD; force: 1");
        assertSays(record(major, "ReplicationOrigin", 0x00).main("0000000000000000 0200 00 0000000000"),
                "Set[remoteLsn=0/0, nodeId=2, force=false]", "set 2; lsn 0/0; force: 0");
        assertSays(record(major, "ReplicationOrigin", 0x10).main("ffff"), "Drop[nodeId=65535]", "drop 65535");
    }

    @Test
    void otherOperations() {
        assertUnknown(record(14, "ReplicationOrigin", 0x20).main("0100"));
    }
}
