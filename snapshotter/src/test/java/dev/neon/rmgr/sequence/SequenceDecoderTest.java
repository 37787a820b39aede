package dev.neon.rmgr.sequence;

import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.wal.CraftedRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceDecoderTest {
    private static final String MAIN = "7f060000 05000000 00400000 aabbccdd";

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void thePageIsBlockZero(int major) {
        CraftedRecord bare = record(major, "Sequence", 0x00).main(MAIN);
        assertEquals("LOG rel 1663/5/16384", bare.newBlock("").describe());
        assertEquals("LOG rel 1663/5/16384", bare.restoredBlock(0).describe());
        assertUnknown(bare);
        assertUnknown(bare.block(1, ""));
        assertUnknown(bare.newBlock("").block(""));
        assertUnknown(bare.newBlock("00"));
    }
}
