package dev.neon.rmgr.brin;

import static dev.neon.rmgr.DecoderTests.assertSays;
import static dev.neon.rmgr.DecoderTests.assertUnknown;
import static dev.neon.rmgr.DecoderTests.record;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrinDecoderTest {
    private static final String INSERT = "80000000 10000000 0300";

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void insert(int major) {
        assertSays(record(major, "BRIN", 0x10).main(INSERT).block("abcdef").block(""),
                "Insert[heapBlk=128, pagesPerRange=16, offnum=3, isInit=false, tuple=abcdef]",
                "heapBlk 128 pagesPerRange 16 offnum 3");
        assertSays(record(major, "BRIN", 0x90).main(INSERT).block("abcdef").block(""),
                "Insert[heapBlk=128, pagesPerRange=16, offnum=3, isInit=true, tuple=abcdef]",
                "heapBlk 128 pagesPerRange 16 offnum 3");
        assertSays(record(major, "BRIN", 0x10).main(INSERT).image().block(""),
                "Insert[heapBlk=128, pagesPerRange=16, offnum=3, isInit=false, tuple=none]",
                "heapBlk 128 pagesPerRange 16 offnum 3");
    }

    @Test
    void update() {
        String description = "heapBlk 128 pagesPerRange 16 old offnum 9, new offnum 3";
        assertSays(record(15, "BRIN", 0x20).main("0900 7f7f" + INSERT).block("ab").block("").block(""),
                "Update[oldOffnum=9, insert=Insert[heapBlk=128, pagesPerRange=16, offnum=3, isInit=false, tuple=ab]]",
                description);
        assertSays(record(15, "BRIN", 0xA0).main("0900 0000" + INSERT).block("ab").block("").block(""),
                "Update[oldOffnum=9, insert=Insert[heapBlk=128, pagesPerRange=16, offnum=3, isInit=true, tuple=ab]]",
                description);
        assertSays(record(15, "BRIN", 0x30).main("0900").block("abcd"), "SamepageUpdate[offnum=9, tuple=abcd]",
                "offnum 9");
    }

    @Test
    void others() {
        assertSays(record(18, "BRIN", 0x00).main("80000000 0100").block(""),
                "CreateIndex[pagesPerRange=128, version=1]", "v1 pagesPerRange 128");
        assertSays(record(18, "BRIN", 0x40).main("ffffffff").block("").block(""), "RevmapExtend[targetBlk=-1]",
                "targetBlk 4294967295");
        assertSays(record(18, "BRIN", 0x50).main("10000000 80000000 0500").block("").block(""),
                "Desummarize[pagesPerRange=16, heapBlk=128, regOffset=5]",
                "pagesPerRange 16, heapBlk 128, page offset 5");
    }

    @Test
    void unknownForms() {
        assertUnknown(record(18, "BRIN", 0x60));
        assertUnknown(record(18, "BRIN", 0x80).main("80000000 0100").block(""));
        assertUnknown(record(18, "BRIN", 0x10).main(INSERT));
        assertUnknown(record(18, "BRIN", 0x10).main(INSERT).block("").block(""));
    }

    @Test
    void blocksOfOtherForms() {
        assertUnknown(record(18, "BRIN", 0x10).main(INSERT).block("ab"));
        assertUnknown(record(18, "BRIN", 0x10).main(INSERT).block("ab").block("cd"));
        assertUnknown(record(18, "BRIN", 0x90).main(INSERT).block("ab").block("").block(""));
        assertUnknown(record(15, "BRIN", 0x20).main("0900 7f7f" + INSERT).block("ab").block(""));
        assertUnknown(record(15, "BRIN", 0xA0).main("0900 7f7f" + INSERT).block("ab").block("").block("").block(""));
        assertUnknown(record(15, "BRIN", 0x30).main("0900").block("abcd").block(""));
        assertUnknown(record(18, "BRIN", 0x00).main("80000000 0100"));
        assertUnknown(record(18, "BRIN", 0x00).main("80000000 0100").block("").block(""));
        assertUnknown(record(18, "BRIN", 0x40).main("ffffffff").block(""));
        assertUnknown(record(18, "BRIN", 0x50).main("10000000 80000000 0500").block("").block("").block(""));
    }
}
