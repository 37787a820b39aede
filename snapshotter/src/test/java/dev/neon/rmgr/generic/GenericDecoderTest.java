package dev.neon.rmgr.generic;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenericDecoderTest {
    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void deltasOfPages(int major) {
        assertSays(record(major, "Generic", 0x00).block("1800 0200 abcd fe1f 0200 ef01").image().block(""),
                "Change[pages=[PageDelta[block=0, fragments=[Fragment[offset=24, bytes=abcd],"
                        + " Fragment[offset=8190, bytes=ef01]]], PageDelta[block=2, fragments=[]]]]", "");
    }

    @Test
    void unknownForms() {
        assertUnknown(record(18, "Generic", 0x10));
        assertUnknown(record(18, "Generic", 0x00).block("1800 0300 abcd"));
        assertUnknown(record(18, "Generic", 0x00).block("1800 0100 ab 18"));
        assertUnknown(record(18, "Generic", 0x00).block("ff1f 0200 abcd"));
        assertUnknown(record(18, "Generic", 0x00).block("").block("").block("").block("").block(""));
        assertUnknown(record(18, "Generic", 0x00).restoredBlock(32));
    }
}
