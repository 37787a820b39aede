package dev.neon.state;

import static dev.neon.rmgr.DecoderTests.record;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.Page;
import dev.neon.wal.CraftedRecord;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each kind of record does to pages of SLRUs, byte by byte. */
class SlruRedoTest {
    private static String le(int value) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
    }

    private static String le(long value) {
        return HexFormat.of().toHexDigits(Long.reverseBytes(value));
    }

    private static Page redo(CraftedRecord record, Slru slru, int number, Page page) {
        new SlruRedo(record.major()).redo(record.read(), slru, number, page);
        return page;
    }

    private static CraftedRecord end(int info, int... subxacts) {
        StringBuilder main = new StringBuilder(le(0x1122334455667788L) + le(2) + le(subxacts.length));
        for (int xid : subxacts) {
            main.append(le(xid));
        }
        return record(18, "Transaction", info).main(main.toString());
    }

    /** The record's own transaction is 700: the first two bits of byte 175. */
    @Test
    void statesAreTwoBits() {
        Page page = redo(end(0x80, 701, 703, 0x8001), Slru.XACT, 0, Page.zero());
        assertEquals(0b01_00_01_01, page.u8(175));
        redo(end(0xA0, 702), Slru.XACT, 0, page);
        assertEquals(0b01_10_01_10, page.u8(175));
        page.put8(175, 0);
        assertArrayEquals(Page.zero().bytes(), page.bytes(), "nothing else");
        Page next = redo(end(0x80, 701, 703, 0x8001), Slru.XACT, 1, Page.zero());
        assertEquals(0b00_00_01_00, next.u8(0));
        next.put8(0, 0);
        assertArrayEquals(Page.zero().bytes(), next.bytes(), "nothing else");
    }

    @Test
    void commitsHaveATimeAndAnOrigin() {
        Page page = redo(end(0x80, 701, 819), Slru.COMMIT_TS, 0, Page.zero());
        assertEquals("8877665544332211" + "0000" + "8877665544332211" + "0000",
                HexFormat.of().formatHex(page.copy(7000, 7020)));
        Page next = redo(end(0x80, 701, 819), Slru.COMMIT_TS, 1, Page.zero());
        assertEquals("8877665544332211" + "0000", HexFormat.of().formatHex(next.copy(0, 10)));
        CraftedRecord from = record(14, "Transaction", 0x80).main(le(1L) + le(0x20) + le(0x5000L) + le(9L)).origin(0x102);
        redo(from, Slru.COMMIT_TS, 0, page);
        assertEquals("0900000000000000" + "0201", HexFormat.of().formatHex(page.copy(7000, 7010)), "of where it comes from");
    }

    private static CraftedRecord create(int multi, int offset) {
        return record(16, "MultiXact", 0x20).main(le(multi) + le(offset) + le(2) + le(0x2F0) + le(4) + le(0x2F1) + le(5));
    }

    @Test
    void multixactsTellWhereTheirMembersBeginAndEnd() {
        Page page = redo(create(2046, 77), Slru.MULTIXACT_OFFSETS, 0, Page.zero());
        assertEquals(77, page.i32(2046 * 4));
        assertEquals(79, page.i32(2047 * 4));
        redo(create(2047, 79), Slru.MULTIXACT_OFFSETS, 0, page);
        assertEquals(79, page.i32(2047 * 4));
        Page next = redo(create(2047, 79), Slru.MULTIXACT_OFFSETS, 1, Page.zero());
        assertEquals(81, next.i32(0));
        assertEquals(1, redo(create(-1, -2), Slru.MULTIXACT_OFFSETS, 0, Page.zero()).i32(4), "0 is no multixact and no member");
    }

    /** Groups of four: four states, four transactions. */
    @Test
    void membersAreInGroups() {
        Page page = redo(create(5, 3), Slru.MULTIXACT_MEMBERS, 0, Page.zero());
        assertEquals(4, page.u8(3));
        assertEquals(0x2F0, page.i32(4 + 12));
        assertEquals(5, page.u8(20));
        assertEquals(0x2F1, page.i32(20 + 4));
        Page last = redo(create(5, 1635), Slru.MULTIXACT_MEMBERS, 0, Page.zero());
        assertEquals(4, last.u8(408 * 20 + 3));
        assertEquals(0x2F0, last.i32(408 * 20 + 16));
        Page next = redo(create(5, 1635), Slru.MULTIXACT_MEMBERS, 1, Page.zero());
        assertEquals(5, next.u8(0));
        assertEquals(0x2F1, next.i32(4));
        Page first = redo(create(5, -1), Slru.MULTIXACT_MEMBERS, 0, Page.zero());
        assertEquals(0x2F1, first.i32(4), "offsets wrap around");
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 17})
    void pagesAreMade(int major) {
        String page = major >= 17 ? le(3L) : le(3);
        requireZero(record(major, "CLOG", 0x00).main(page), Slru.XACT);
        requireZero(record(major, "CommitTs", 0x00).main(page), Slru.COMMIT_TS);
        requireZero(record(major, "MultiXact", 0x00).main(page), Slru.MULTIXACT_OFFSETS);
        requireZero(record(major, "MultiXact", 0x10).main(page), Slru.MULTIXACT_MEMBERS);
        requireZero(record(major, "XLOG", 0x60).main(le(1) + le(1) + le(1) + le(1) + le(1) + le(1) + "00010000"),
                Slru.COMMIT_TS);
    }

    private static void requireZero(CraftedRecord record, Slru slru) {
        Page page = Page.zero();
        page.fill(0, Page.SIZE, 7);
        assertArrayEquals(Page.zero().bytes(), redo(record, slru, 3, page).bytes());
        for (Slru other : Slru.values()) {
            if (other != slru) {
                assertThrows(IllegalStateException.class, () -> redo(record, other, 3, Page.zero()));
            }
        }
    }

    @Test
    void theEndOfRecoveryTrims() {
        TestMetadata state = TestMetadata.of(18).tracking();
        state.metadata().counters(TestMetadata.counters(0x500000000L + 701, 10, 1637 + 5));
        List<String> told = new ArrayList<>();
        EndOfRecovery.touches(state.metadata(), new ForkEvents() {
            @Override
            public void changed(Slru slru, int page, boolean isNew) {
                told.add(slru + " " + page);
            }
        });
        assertEquals(List.of("XACT 0", "MULTIXACT_OFFSETS 0", "MULTIXACT_MEMBERS 1", "COMMIT_TS 0"), told);
        Page page = Page.zero();
        page.fill(0, Page.SIZE, 0xFF);
        EndOfRecovery.redo(state.metadata(), Slru.XACT, 0, page);
        assertEquals(0xFF, page.u8(174));
        assertEquals(0b11, page.u8(175));
        assertEquals(0, page.u8(176));
        page.fill(0, Page.SIZE, 0xFF);
        EndOfRecovery.redo(state.metadata(), Slru.MULTIXACT_OFFSETS, 0, page);
        assertEquals(-1, page.i32(36));
        assertEquals(1642, page.i32(40));
        assertEquals(0, page.i32(44));
        page.fill(0, Page.SIZE, 0xFF);
        EndOfRecovery.redo(state.metadata(), Slru.MULTIXACT_MEMBERS, 1, page);
        assertEquals(-1, page.i32(20 + 4 + 4));
        assertEquals(0, page.i32(20 + 4 + 8));
    }
}
