package dev.neon.rmgr.hash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.CraftedRecord;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form byte by byte. */
class HashDecoderTest {
    /** Of 16 bytes, the hash 42. */
    private static final String TUPLE = "0000 0700 0200 1000 2a00000000000000";
    private static final String THOUSAND = "0000000000408f40";

    private static CraftedRecord crafted(PostgresMajor major, int operation) {
        return CraftedRecord.of(major, 12, operation);
    }

    private static CraftedRecord crafted(int operation) {
        return crafted(PostgresMajor.V17, operation);
    }

    @Test
    void initMetaPage() {
        CraftedRecord record = crafted(0x00).block(0, "").main(THOUSAND + "c2010000 3301");
        assertEquals(new HashRecord.InitMetaPage(1000, 450, 307), record.decode());
        assertEquals("INIT_META_PAGE num_tuples 1000, fillfactor 307", record.describe());
    }

    @Test
    void initBitmapPage() {
        CraftedRecord record = crafted(0x10).block(0, "").block(1, "").main("0010");
        assertEquals(new HashRecord.InitBitmapPage(4096), record.decode());
        assertEquals("INIT_BITMAP_PAGE bmsize 4096", record.describe());
    }

    @Test
    void insert() {
        CraftedRecord record = crafted(0x20).block(0, TUPLE).block(1, "").main("0300");
        HashRecord.Insert insert = assertInstanceOf(HashRecord.Insert.class, record.decode());
        assertEquals(3, insert.offset());
        assertArrayEquals(HexFormat.of().parseHex(TUPLE.replace(" ", "")), insert.tuple().orElseThrow().bytes());
        assertEquals("INSERT off 3", record.describe());
        assertEquals(new HashRecord.Insert(3, Optional.empty()),
                crafted(0x20).restoredBlock(0).block(1, "").main("0300").decode());
    }

    @Test
    void addOverflowPage() {
        CraftedRecord reused = crafted(0x30).block(0, "07000000").block(1, "").block(2, "09000000")
                .block(4, "0a000000").main("0010 01");
        assertEquals(new HashRecord.AddOverflowPage(4096, true, 7, OptionalInt.of(9), OptionalInt.of(10)),
                reused.decode());
        assertEquals("ADD_OVFL_PAGE bmsize 4096, bmpage_found T", reused.describe());
        CraftedRecord fresh = crafted(0x30).block(0, "07000000").block(1, "").block(3, "").restoredBlock(4)
                .main("0010 00");
        assertEquals(new HashRecord.AddOverflowPage(4096, false, 7, OptionalInt.empty(), OptionalInt.empty()),
                fresh.decode());
    }

    @Test
    void splitAllocatePage() {
        CraftedRecord both = crafted(0x40).block(0, "").block(1, "").block(2, "03000000 07000000 05000000 06000000")
                .main("04000000 2200 4200 03");
        assertEquals(new HashRecord.SplitAllocatePage(4, 0x22, 0x42, true, true,
                Optional.of(new HashRecord.Masks(3, 7)), Optional.of(new HashRecord.Spares(5, 6))), both.decode());
        assertEquals("SPLIT_ALLOCATE_PAGE new_bucket 4, meta_page_masks_updated T, issplitpoint_changed T",
                both.describe());
        CraftedRecord spares = crafted(0x40).block(0, "").block(1, "").block(2, "05000000 06000000")
                .main("04000000 2200 4200 02");
        assertEquals(new HashRecord.SplitAllocatePage(4, 0x22, 0x42, false, true, Optional.empty(),
                Optional.of(new HashRecord.Spares(5, 6))), spares.decode());
        CraftedRecord none = crafted(0x40).block(0, "").block(1, "").block(2, "").main("04000000 2200 4200 00");
        assertEquals(new HashRecord.SplitAllocatePage(4, 0x22, 0x42, false, false, Optional.empty(), Optional.empty()),
                none.decode());
        CraftedRecord restored = crafted(0x40).block(0, "").block(1, "").restoredBlock(2)
                .main("04000000 2200 4200 01");
        assertEquals("SPLIT_ALLOCATE_PAGE new_bucket 4, meta_page_masks_updated T, issplitpoint_changed F",
                restored.describe());
    }

    @Test
    void restOfSplit() {
        CraftedRecord page = crafted(0x50).restoredBlock(0);
        assertEquals(new HashRecord.SplitPage(), page.decode());
        assertEquals("SPLIT_PAGE ", page.describe());
        CraftedRecord complete = crafted(0x60).block(0, "").block(1, "").main("0200 4200");
        assertEquals(new HashRecord.SplitComplete(2, 0x42), complete.decode());
        assertEquals("SPLIT_COMPLETE old_bucket_flag 2, new_bucket_flag 66", complete.describe());
        CraftedRecord cleanup = crafted(0xA0).block(0, "");
        assertEquals(new HashRecord.SplitCleanup(), cleanup.decode());
        assertEquals("SPLIT_CLEANUP ", cleanup.describe());
    }

    @Test
    void movePageContents() {
        CraftedRecord record = crafted(0x70).block(0, "").block(1, "0500 0600" + TUPLE + TUPLE).block(2, "0100 0300")
                .main("0200 00");
        HashRecord.MovePageContents move = assertInstanceOf(HashRecord.MovePageContents.class, record.decode());
        assertArrayEquals(new int[] {5, 6}, move.moved().orElseThrow().offsets());
        assertEquals(2, move.moved().orElseThrow().tuples().size());
        assertArrayEquals(new int[] {1, 3}, move.deleted().orElseThrow());
        assertEquals("MOVE_PAGE_CONTENTS ntups 2, is_primary F", record.describe());
    }

    @Test
    void squeezePage() {
        CraftedRecord record = crafted(0x80).block(1, "0500" + TUPLE).block(2, "").block(4, "").block(5, "09000000")
                .block(6, "0a000000").main("01000000 ffffffff 0100 01 01");
        HashRecord.SqueezePage squeeze = assertInstanceOf(HashRecord.SqueezePage.class, record.decode());
        assertArrayEquals(new int[] {5}, squeeze.moved().orElseThrow().offsets());
        assertEquals(OptionalInt.of(9), squeeze.bitmapBit());
        assertEquals(OptionalInt.of(10), squeeze.firstFree());
        assertEquals(true, squeeze.changesTarget());
        assertEquals("SQUEEZE_PAGE prevblkno 1, nextblkno 4294967295, ntups 1, is_primary T", record.describe());
    }

    @ParameterizedTest
    @CsvSource({"14, true", "15, true", "16, true", "17, false", "18, false"})
    void anEmptySqueezeStampsItsTargetBefore17(int major, boolean stamps) {
        HashRecord.SqueezePage squeeze = assertInstanceOf(HashRecord.SqueezePage.class,
                crafted(PostgresMajor.of(major), 0x80).block(1, "").block(2, "").block(3, "").block(5, "09000000")
                        .main("01000000 ffffffff 0000 01 00").decode());
        assertEquals(stamps, squeeze.changesTarget());
        assertEquals(true, assertInstanceOf(HashRecord.SqueezePage.class,
                crafted(PostgresMajor.of(major), 0x80).block(0, "").block(1, "").block(2, "").block(5, "09000000")
                        .main("01000000 ffffffff 0000 00 01").decode()).changesTarget());
    }

    @Test
    void delete() {
        CraftedRecord record = crafted(0x90).block(1, "0200 0400").main("01 01");
        HashRecord.Delete delete = assertInstanceOf(HashRecord.Delete.class, record.decode());
        assertArrayEquals(new int[] {2, 4}, delete.deleted().orElseThrow());
        assertEquals("DELETE clear_dead_marking T, is_primary T", record.describe());
    }

    @Test
    void updateMetaPage() {
        CraftedRecord record = crafted(0xB0).block(0, "").main(THOUSAND);
        assertEquals(new HashRecord.UpdateMetaPage(1000), record.decode());
        assertEquals("UPDATE_META_PAGE ntuples 1000", record.describe());
    }

    @Test
    void vacuumOnePage() {
        String old = "09000000 02000000 0200 0400";
        assertEquals("VACUUM_ONE_PAGE ntuples 2, latestRemovedXid 9",
                crafted(PostgresMajor.V15, 0xC0).block(0, "").block(1, "").main(old).describe());
        String since16 = "09000000 0200 01 cc 0200 0400";
        assertEquals("VACUUM_ONE_PAGE ntuples 2, snapshotConflictHorizon 9",
                crafted(PostgresMajor.V16, 0xC0).block(0, "").block(1, "").main(since16).describe());
        CraftedRecord record = crafted(0xC0).block(0, "").block(1, "").main(since16);
        HashRecord.VacuumOnePage vacuum = assertInstanceOf(HashRecord.VacuumOnePage.class, record.decode());
        assertArrayEquals(new int[] {2, 4}, vacuum.deleted());
        assertEquals("VACUUM_ONE_PAGE ntuples 2, snapshotConflictHorizon 9, isCatalogRel T", record.describe());
    }

    @Test
    void otherFormsAreRefused() {
        List<CraftedRecord> others = List.of(
                crafted(0xD0).main("00"),
                crafted(0x20).block(0, TUPLE).main("0300"),
                crafted(0x20).block(0, TUPLE).block(1, "00").main("0300"),
                crafted(0x30).block(1, "").block(4, "0a000000").main("0010 01"),
                crafted(0x40).block(0, "").block(1, "").block(2, "").main("04000000 2200 4200 04"),
                crafted(0x40).block(0, "").block(1, "").block(2, "").main("04000000 2200 4200 01"),
                crafted(0x40).block(0, "").block(1, "").block(2, "03000000 07000000").main("04000000 2200 4200 00"),
                crafted(0x50).block(0, ""),
                crafted(0x50).checkedBlock(0, ""),
                crafted(0x70).block(1, "0500 0600" + TUPLE).block(2, "0100 0300").main("0200 01"),
                crafted(0x70).block(1, "0500" + TUPLE).block(2, "0100 03").main("0100 01"),
                crafted(0x80).block(1, TUPLE).block(2, "").block(5, "09000000").main("01000000 ffffffff 0000 01 00"),
                crafted(PostgresMajor.V15, 0xC0).block(0, "").block(1, "").main("09000000 ffffffff 0200 0400"),
                crafted(0xC0).block(0, "").block(1, "").main("09000000 0300 01 cc 0200 0400"));
        for (int i = 0; i < others.size(); i++) {
            assertThrows(UnsupportedWalException.class, others.get(i)::decode, "form " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-0.0, -0", "1, 1", "307, 307", "-1, -1", "0.5, 0.5", "100000, 100000", "999999, 999999",
            "999999.5, 1e+06", "1000000, 1e+06", "1234567, 1.23457e+06", "1234565, 1.23456e+06", "0.0001, 0.0001",
            "0.00001234567, 1.23457e-05", "1e100, 1e+100", "NaN, NaN", "-Infinity, -Infinity"})
    void numbersAreWrittenAsByPrintf(double value, String text) {
        assertEquals(text, PrintfGeneral.format(value));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void allMajorsHaveTheFormsThatNeverChanged(int major) {
        assertEquals(new HashRecord.InitBitmapPage(4096),
                crafted(PostgresMajor.of(major), 0x10).block(0, "").block(1, "").main("0010").decode());
    }
}
