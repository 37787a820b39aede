package dev.neon.rmgr.tablespace;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TablespaceDecoderTest {
    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void createAndDrop(int major) {
        assertSays(record(major, "Tablespace", 0x00).main("10400000 2f c3a9 00"),
                "Create[tablespace=16400, location=/é]", "16400 \"/é\"");
        assertSays(record(major, "Tablespace", 0x00).main("10400000 00"),
                "Create[tablespace=16400, location=]", "16400 \"\"");
        assertSays(record(major, "Tablespace", 0x10).main("ffffffff"), "Drop[tablespace=-1]", "4294967295");
    }

    @Test
    void unknownForms() {
        assertUnknown(record(14, "Tablespace", 0x20).main("10400000"));
        assertUnknown(record(14, "Tablespace", 0x00).main("10400000 2f"));
    }
}
