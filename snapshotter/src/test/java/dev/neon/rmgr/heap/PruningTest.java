package dev.neon.rmgr.heap;

import static dev.neon.rmgr.heap.Heap2DecoderTest.assertUnsupported;
import static dev.neon.rmgr.heap.Heap2DecoderTest.crafted;
import static dev.neon.rmgr.heap.Heap2DecoderTest.decode;
import static dev.neon.rmgr.heap.Heap2DecoderTest.describe;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.CraftedRecord;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The forms of {@link Heap2Record.Prune}, byte by byte. */
class PruningTest {
    private static final String POINTERS = "0100 0200 0300 0400 0500 0600 0700 0800";
    private static final String PLANS_16 = "bd020000 0380 0209 02 00 0200  00000000 0300 000b 00 00 0100";

    private static Heap2Record.Prune prune(CraftedRecord record) {
        return (Heap2Record.Prune) decode(record);
    }

    private static PageItems.Changed changed(CraftedRecord record) {
        return assertInstanceOf(PageItems.Changed.class, prune(record).items());
    }

    private static void assertPointers(PageItems.Changed changed) {
        assertArrayEquals(new int[] {1, 2, 3, 4}, changed.redirected());
        assertArrayEquals(new int[] {5}, changed.dead());
        assertArrayEquals(new int[] {6, 7, 8}, changed.unused());
    }

    private static void assertPlans(PageItems.Changed changed) {
        assertEquals(2, changed.plans().size());
        FreezePlan plan = changed.plans().getFirst();
        assertEquals(701, plan.xmax());
        assertEquals(0x8003, plan.infomask2());
        assertEquals(0x0902, plan.infomask());
        assertEquals(FreezePlan.FREEZE_XVAC, plan.flags());
        assertArrayEquals(new int[] {10, 12}, plan.offsets());
        assertArrayEquals(new int[] {11}, changed.plans().getLast().offsets());
    }

    @Test
    void pruneOf14() {
        CraftedRecord record = crafted(PostgresMajor.V14, 0x10).block(POINTERS).main("bc020000 0200 0100");
        assertEquals(OptionalInt.of(700), prune(record).conflictHorizon());
        assertTrue(prune(record).hasCleanupLock());
        assertFalse(prune(record).isCatalogRelation());
        assertPointers(changed(record));
        assertEquals("latestRemovedXid 700 nredirected 2 ndead 1", describe(record));
        assertEquals("latestRemovedXid 700 nredirected 2 ndead 1", describe(crafted(PostgresMajor.V15, 0x10)
                .image().main("bc020000 0200 0100")));
        assertUnsupported(crafted(PostgresMajor.V14, 0x10).block(POINTERS + "09").main("bc020000 0200 0100"));
        assertUnsupported(crafted(PostgresMajor.V14, 0x10).block(POINTERS).main("bc020000 0200 0100 01"));
    }

    @Test
    void pruneOf16() {
        CraftedRecord record = crafted(PostgresMajor.V16, 0x10).block(POINTERS).main("bc020000 0200 0100 01");
        assertTrue(prune(record).isCatalogRelation());
        assertTrue(prune(record).hasCleanupLock());
        assertPointers(changed(record));
        assertEquals("snapshotConflictHorizon: 700, nredirected: 2, ndead: 1, nunused: 3, redirected: [1->2, 3->4], "
                + "dead: [5], unused: [6, 7, 8]", describe(record));
        CraftedRecord restored = crafted(PostgresMajor.V16, 0x10).image().main("bc020000 0200 0100 01");
        assertEquals(new PageItems.InImage(2, 1, 0, 0), prune(restored).items());
        assertEquals("snapshotConflictHorizon: 700, nredirected: 2, ndead: 1", describe(restored));
    }

    @ParameterizedTest
    @EnumSource(names = {"V14", "V15", "V16"})
    void vacuumBefore17(PostgresMajor major) {
        CraftedRecord record = crafted(major, 0x20).block("0600 0700").main("0200");
        assertEquals(OptionalInt.empty(), prune(record).conflictHorizon());
        assertFalse(prune(record).hasCleanupLock());
        assertArrayEquals(new int[] {6, 7}, changed(record).unused());
        assertEquals(0, changed(record).redirectedCount() + changed(record).deadCount() + changed(record).planCount());
        assertEquals(major.number() < 16 ? "nunused 2" : "nunused: 2, unused: [6, 7]", describe(record));
        CraftedRecord restored = crafted(major, 0x20).image().main("0200");
        assertEquals(major.number() < 16 ? "nunused 2" : "nunused: 2", describe(restored));
        assertUnsupported(crafted(major, 0x20).block("0600 0700").main("0300"));
        assertUnsupported(crafted(major, 0x20).block("0600 0700").main("0100"));
    }

    @Test
    void freezePageOf14() {
        CraftedRecord record = crafted(PostgresMajor.V15, 0x30)
                .block("bd020000 0a00 0380 0209 02 ee  00000000 0b00 0300 000b 00 ee").main("bc020000 0200");
        assertEquals(OptionalInt.of(700), prune(record).conflictHorizon());
        assertFalse(prune(record).hasCleanupLock());
        FreezePlan plan = changed(record).plans().getFirst();
        assertEquals(701, plan.xmax());
        assertEquals(0x8003, plan.infomask2());
        assertEquals(0x0902, plan.infomask());
        assertEquals(FreezePlan.FREEZE_XVAC, plan.flags());
        assertArrayEquals(new int[] {10}, plan.offsets());
        assertArrayEquals(new int[] {11}, changed(record).plans().getLast().offsets());
        assertEquals("cutoff xid 700 ntuples 2", describe(record));
        assertEquals("cutoff xid 700 ntuples 2", describe(crafted(PostgresMajor.V14, 0x30).image()
                .main("bc020000 0200")));
        assertUnsupported(crafted(PostgresMajor.V15, 0x30).block("bd020000 0a00 0380 0209 01 00")
                .main("bc020000 0100"));
    }

    @Test
    void freezePageOf16() {
        CraftedRecord record = crafted(PostgresMajor.V16, 0x30).block(PLANS_16 + "0a00 0c00 0b00")
                .main("bc020000 0200 00");
        assertFalse(prune(record).hasCleanupLock());
        assertPlans(changed(record));
        assertEquals("snapshotConflictHorizon: 700, nplans: 2, plans: [{ xmax: 701, infomask: 2306, infomask2: 32771, "
                + "ntuples: 2, offsets: [10, 12] }, { xmax: 0, infomask: 2816, infomask2: 3, ntuples: 1, offsets: [11] "
                + "}]", describe(record));
        assertEquals("snapshotConflictHorizon: 700, nplans: 2", describe(crafted(PostgresMajor.V16, 0x30)
                .image().main("bc020000 0200 00")));
        assertUnsupported(crafted(PostgresMajor.V16, 0x30).block(PLANS_16 + "0a00 0c00 0b00 0d00")
                .main("bc020000 0200 00"));
    }

    @ParameterizedTest
    @EnumSource(names = {"V17", "V18"})
    void allAtOnceSince17(PostgresMajor major) {
        CraftedRecord record = crafted(major, 0x20).block("0200 0000" + PLANS_16 + "0200 0100 0200 0300 0400"
                + "0100 0500" + "0300 0600 0700 0800" + "0a00 0c00 0b00").main("ee fe bc020000");
        assertEquals(OptionalInt.of(700), prune(record).conflictHorizon());
        assertTrue(prune(record).isCatalogRelation());
        assertTrue(prune(record).hasCleanupLock());
        assertPointers(changed(record));
        assertPlans(changed(record));
        assertEquals("snapshotConflictHorizon: 700, isCatalogRel: T, nplans: 2, nredirected: 2, ndead: 1, nunused: 3, "
                + "plans: [{ xmax: 701, infomask: 2306, infomask2: 32771, ntuples: 2, offsets: [10, 12] }, "
                + "{ xmax: 0, infomask: 2816, infomask2: 3, ntuples: 1, offsets: [11] }], "
                + "redirected: [1->2, 3->4], dead: [5], unused: [6, 7, 8]", describe(record));
    }

    @ParameterizedTest
    @EnumSource(names = {"V17", "V18"})
    void partsSince17(PostgresMajor major) {
        CraftedRecord unused = crafted(major, 0x30).block("0100 0600").main("00 80");
        assertEquals(OptionalInt.empty(), prune(unused).conflictHorizon());
        assertFalse(prune(unused).hasCleanupLock());
        assertArrayEquals(new int[] {6}, changed(unused).unused());
        assertEquals(", isCatalogRel: F, nplans: 0, nredirected: 0, ndead: 0, nunused: 1, unused: [6]",
                describe(unused));
        CraftedRecord restored = crafted(major, 0x10).image().main("00 6c bc020000");
        assertEquals(new PageItems.InImage(0, 0, 0, 0), prune(restored).items());
        assertEquals("snapshotConflictHorizon: 700, isCatalogRel: F", describe(restored));
        assertUnsupported(crafted(major, 0x30).block("0100 0600").main("00 81"));
        assertUnsupported(crafted(major, 0x30).block("0100 0600 0000").main("00 80"));
        assertUnsupported(crafted(major, 0x30).block("").main("00 80"));
        assertUnsupported(crafted(major, 0x30).block("0100 0600").main("00 80 bc020000"));
        assertUnsupported(crafted(major, 0xB0).block("0100 0600").main("00 80"));
    }
}
