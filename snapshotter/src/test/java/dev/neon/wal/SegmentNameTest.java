package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.repo.Lsn;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SegmentNameTest {
    @Test
    void namesArePostgresqls() {
        assertEquals("00000001000000000000000A", name("0/A000000", 1, 16));
        assertEquals("0000000200000012000000FF", name("12/FFFFFFFF", 2, 16));
        assertEquals("000000010000001200000FFF", name("12/FFFFFFFF", 1, 1));
        assertEquals("000000010000001200000003", name("12/FFFFFFFF", 1, 1024));
    }

    private static String name(String lsn, int timeline, int megabytes) {
        return SegmentName.containing(Lsn.parse(lsn), timeline, megabytes << 20).toString();
    }

    @Test
    void otherNamesAreNotSegments() {
        for (String name : new String[] {"archive_status", "00000002.history", "00000001000000000000000A.partial",
                "00000001000000000000000G", "000000010000000000000100"}) {
            assertEquals(Optional.empty(), SegmentName.parse(name, 16 << 20), name);
        }
    }

    @Property
    void aNameReadsBack(@ForAll @LongRange(min = 0) long lsn, @ForAll @IntRange(min = 1) int timeline,
            @ForAll @IntRange(min = 20, max = 30) int sizeBits) {
        SegmentName name = SegmentName.containing(new Lsn(lsn), timeline, 1 << sizeBits);
        assertEquals(Optional.of(name), SegmentName.parse(name.toString(), 1 << sizeBits));
        assertEquals(lsn >>> sizeBits << sizeBits, name.start().value());
        assertEquals((lsn >>> sizeBits) + 1 << sizeBits, name.end().value());
    }
}
