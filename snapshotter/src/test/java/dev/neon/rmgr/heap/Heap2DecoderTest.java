package dev.neon.rmgr.heap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.ItemPointer;
import dev.neon.wal.CraftedRecord;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Heap2's records byte by byte, but those of {@link PruningTest}. */
class Heap2DecoderTest {
    private static final int HEAP2 = 9;
    private static final PostgresMajor OLD = PostgresMajor.V14;
    private static final PostgresMajor NEW = PostgresMajor.V18;

    static CraftedRecord crafted(PostgresMajor major, int operation) {
        return CraftedRecord.of(major, HEAP2, operation);
    }

    static Heap2Record decode(CraftedRecord record) {
        return (Heap2Record) record.decode();
    }

    /** Without the operation's name. */
    static String describe(CraftedRecord record) {
        String text = record.describe();
        return text.substring(text.indexOf(' ') + 1);
    }

    static void assertUnsupported(CraftedRecord record) {
        assertThrows(UnsupportedWalException.class, () -> decode(record));
    }

    @Test
    void visible() {
        CraftedRecord old = crafted(OLD, 0x40).block("").block("").main("bc020000 03");
        assertEquals(new Heap2Record.Visible(700, VisibilityFlags.ALL_VISIBLE | VisibilityFlags.ALL_FROZEN),
                decode(old));
        assertEquals("cutoff xid 700 flags 0x03", describe(old));
        assertEquals("snapshotConflictHorizon: 700, flags: 0x07",
                describe(crafted(NEW, 0x40).block("").block("").main("bc020000 07")));
        assertUnsupported(crafted(OLD, 0x40).block("").block("").main("bc020000 07"));
        assertUnsupported(crafted(NEW, 0x40).block("").block("").main("bc020000 08"));
        assertUnsupported(crafted(NEW, 0x40).block("").main("bc020000 03"));
    }

    @ParameterizedTest
    @EnumSource
    void multiInsert(PostgresMajor major) {
        String tuples = "0200 0200 0208 18 aabb ee 0300 0200 0308 18 00ccdd";
        CraftedRecord record = crafted(major, 0x50).block(tuples).main("02 00 0200 0500 0900");
        Heap2Record.MultiInsert insert = (Heap2Record.MultiInsert) decode(record);
        assertEquals(InsertFlags.LAST_IN_MULTI, insert.flags());
        assertArrayEquals(new int[] {5, 9}, insert.offsets());
        assertEquals(2, insert.tuples().orElseThrow().size());
        LoggedTuple first = insert.tuples().orElseThrow().getFirst();
        assertEquals(0x0802, first.infomask());
        assertArrayEquals(CraftedRecord.bytes("aabb"), first.body());
        LoggedTuple second = insert.tuples().orElseThrow().getLast();
        assertEquals(0x0803, second.infomask());
        assertEquals(2, second.infomask2());
        assertEquals(24, second.hoff());
        assertArrayEquals(CraftedRecord.bytes("00ccdd"), second.body());
        assertEquals(major.number() < 16 ? "2 tuples flags 0x02" : "ntuples: 2, flags: 0x02, offsets: [5, 9]",
                describe(record));
        assertUnsupported(crafted(major, 0x50).block(tuples + "00").main("02 00 0200 0500 0900"));
        assertUnsupported(crafted(major, 0x50).block(tuples).main("02 00 0200 0500"));
    }

    @ParameterizedTest
    @EnumSource
    void multiInsertIntoANewPageOrOneThatAnImageRestores(PostgresMajor major) {
        CraftedRecord made = crafted(major, 0xD0).newBlock("0100 0200 0208 18 00 0100 0200 0208 18 00")
                .main("20 00 0200");
        assertArrayEquals(new int[] {1, 2}, ((Heap2Record.MultiInsert) decode(made)).offsets());
        assertEquals(major.number() < 16 ? "2 tuples flags 0x20" : "ntuples: 2, flags: 0x20", describe(made));
        CraftedRecord restored = crafted(major, 0x50).image().main("00 00 0100 0500");
        assertEquals(Optional.empty(), ((Heap2Record.MultiInsert) decode(restored)).tuples());
        assertEquals(major.number() < 16 ? "1 tuples flags 0x00" : "ntuples: 1, flags: 0x00", describe(restored));
    }

    @Test
    void lockUpdated() {
        String main = "bc020000 0700 0b 01";
        CraftedRecord record = crafted(NEW, 0x60).block("").main(main);
        assertEquals(new Heap2Record.LockUpdated(700, 7, 0x0B, LockFlags.ALL_FROZEN_CLEARED), decode(record));
        assertEquals("xmax: 700, off: 7, infobits: [IS_MULTI, LOCK_ONLY, KEYSHR_LOCK], flags: 0x01", describe(record));
        assertEquals("off 7: xmax 700: flags 0x01 IS_MULTI LOCK_ONLY KEYSHR_LOCK ",
                describe(crafted(OLD, 0x60).block("").main(main)));
    }

    @Test
    void newCid() {
        String main = "bc020000 02000000 ffffffff ffffffff 7f060000 05000000 e1040000 0100 0200 0300";
        assertEquals(new Heap2Record.NewCid(700, 2, -1, -1, new RelFileLocator(1663, 5, 1249),
                new ItemPointer(0x10002, 3)), decode(crafted(NEW, 0x70).main(main)));
        assertEquals("rel: 1663/5/1249, tid: 65538/3, cmin: 2, cmax: 4294967295, combo: 4294967295",
                describe(crafted(NEW, 0x70).main(main)));
        assertEquals("rel 1663/5/1249; tid 65538/3; cmin: 2, cmax: 4294967295, combo: 4294967295",
                describe(crafted(OLD, 0x70).main(main)));
    }

    @ParameterizedTest
    @EnumSource
    void rewrite(PostgresMajor major) {
        String main = "bc020000 05000000 e1040000 00000000 4800000000000000 01000000 00000000 b8d0150100000000";
        CraftedRecord record = crafted(major, 0x00).main(main + "77".repeat(36));
        Heap2Record.Rewrite rewrite = assertInstanceOf(Heap2Record.Rewrite.class, decode(record));
        assertEquals(700, rewrite.mappedXid());
        assertEquals(5, rewrite.mappedDatabase());
        assertEquals(1249, rewrite.mappedRelation());
        assertEquals(72, rewrite.offset());
        assertEquals(new Lsn(0x115D0B8), rewrite.startLsn());
        assertArrayEquals(CraftedRecord.bytes("77".repeat(36)), rewrite.mappings());
        assertEquals("", describe(record));
        assertUnsupported(crafted(major, 0x00).main(main + "77".repeat(37)));
        assertUnsupported(crafted(major, 0x80).main(main + "77".repeat(36)));
    }
}
