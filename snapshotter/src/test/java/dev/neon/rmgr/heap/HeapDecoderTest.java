package dev.neon.rmgr.heap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.InvalidationMessage;
import dev.neon.wal.CraftedRecord;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Heap's records byte by byte. */
class HeapDecoderTest {
    private static final int HEAP = 10;
    private static final PostgresMajor OLD = PostgresMajor.V14;
    private static final PostgresMajor NEW = PostgresMajor.V18;
    /** Three attributes with a null bitmap; t_hoff 24. */
    private static final String TUPLE = "0300 0308 18 05 2a000000 4162";

    private static CraftedRecord crafted(PostgresMajor major, int operation) {
        return CraftedRecord.of(major, HEAP, operation);
    }

    private static HeapRecord decode(CraftedRecord record) {
        return (HeapRecord) record.decode();
    }

    /** Without the operation's name. */
    private static String describe(CraftedRecord record) {
        String text = record.describe();
        return text.substring(text.indexOf(' ') + 1);
    }

    private static void assertUnsupported(CraftedRecord record) {
        assertThrows(UnsupportedWalException.class, () -> decode(record));
    }

    private static void assertTuple(Optional<LoggedTuple> tuple) {
        LoggedTuple found = tuple.orElseThrow();
        assertEquals(0x0003, found.infomask2());
        assertEquals(0x0803, found.infomask());
        assertEquals(0x18, found.hoff());
        assertArrayEquals(CraftedRecord.bytes("05 2a000000 4162"), found.body());
    }

    @ParameterizedTest
    @EnumSource
    void insert(PostgresMajor major) {
        CraftedRecord record = crafted(major, 0x00).block(TUPLE).main("0501 0d");
        HeapRecord.Insert insert = (HeapRecord.Insert) decode(record);
        assertEquals(0x105, insert.offset());
        assertEquals(InsertFlags.ALL_VISIBLE_CLEARED | InsertFlags.IS_SPECULATIVE | InsertFlags.CONTAINS_NEW_TUPLE,
                insert.flags());
        assertTuple(insert.tuple());
        assertEquals(major.number() < 16 ? "off 261 flags 0x0D" : "off: 261, flags: 0x0D", describe(record));
    }

    @ParameterizedTest
    @EnumSource
    void insertIntoANewPageOrOneThatAnImageRestores(PostgresMajor major) {
        CraftedRecord made = crafted(major, 0x80).newBlock(TUPLE).main("0100 00");
        assertTuple(((HeapRecord.Insert) decode(made)).tuple());
        CraftedRecord restored = crafted(major, 0x00).image().main("0100 00");
        assertEquals(Optional.empty(), ((HeapRecord.Insert) decode(restored)).tuple());
        CraftedRecord logical = crafted(major, 0x00).restoredBlock(0, TUPLE).main("0100 08");
        assertTuple(((HeapRecord.Insert) decode(logical)).tuple());
    }

    @Test
    void delete() {
        String main = "bc020000 0700 11 15" + TUPLE;
        HeapRecord.Delete delete = (HeapRecord.Delete) decode(crafted(NEW, 0x10).block("").main(main));
        assertEquals(700, delete.xmax());
        assertEquals(7, delete.offset());
        assertEquals(Infobits.XMAX_IS_MULTI | Infobits.KEYS_UPDATED, delete.infobits());
        assertEquals(HeapRecord.Delete.ALL_VISIBLE_CLEARED | HeapRecord.Delete.CONTAINS_OLD_KEY
                | HeapRecord.Delete.IS_PARTITION_MOVE, delete.flags());
        assertTuple(delete.oldTuple());
        assertEquals("xmax: 700, off: 7, infobits: [IS_MULTI, KEYS_UPDATED], flags: 0x15",
                describe(crafted(NEW, 0x10).block("").block("").main(main)));
        assertEquals("off 7 flags 0x15 IS_MULTI KEYS_UPDATED ", describe(crafted(OLD, 0x10).block("").main(main)));
        assertEquals("off 7 flags 0x00 ", describe(crafted(OLD, 0x10).block("").main("bc020000 0700 00 00")));
    }

    @Test
    void updateWithPrefixAndSuffixOnAnotherPage() {
        String main = "bc020000 0700 10 67 ffffffff 0900" + TUPLE;
        CraftedRecord record = crafted(NEW, 0x20).block("0c00 0300" + TUPLE).block("").main(main);
        HeapRecord.Update update = (HeapRecord.Update) decode(record);
        assertFalse(update.isHot());
        assertEquals(700, update.oldXmax());
        assertEquals(7, update.oldOffset());
        assertEquals(Infobits.KEYS_UPDATED, update.oldInfobits());
        assertEquals(-1, update.newXmax());
        assertEquals(9, update.newOffset());
        assertEquals(12, update.newTuple().orElseThrow().prefixLength());
        assertEquals(3, update.newTuple().orElseThrow().suffixLength());
        assertTuple(update.newTuple().map(HeapRecord.NewVersion::tuple));
        assertTuple(update.oldTuple());
        assertEquals("old_xmax: 700, old_off: 7, old_infobits: [KEYS_UPDATED], flags: 0x67, new_xmax: 4294967295, "
                + "new_off: 9", describe(record));
        assertEquals("off 7 xmax 700 flags 0x67 KEYS_UPDATED ; new off 9 xmax 4294967295",
                describe(crafted(OLD, 0x40).block("0c00 0300" + TUPLE).main(main)));
    }

    @Test
    void lengthsOfPrefixAndSuffixAreThereAsFlagsSay() {
        for (int flags : new int[] {0x00, 0x20, 0x40}) {
            String main = "bc020000 0700 00 %02x 00000000 0900".formatted(flags);
            HeapRecord.Update update = (HeapRecord.Update) decode(crafted(NEW, 0x40)
                    .block((flags == 0 ? "" : "0b00") + TUPLE).main(main));
            assertTrue(update.isHot());
            assertEquals(flags == 0x20 ? 11 : 0, update.newTuple().orElseThrow().prefixLength());
            assertEquals(flags == 0x40 ? 11 : 0, update.newTuple().orElseThrow().suffixLength());
            assertTuple(update.newTuple().map(HeapRecord.NewVersion::tuple));
            assertEquals(Optional.empty(), update.oldTuple());
            assertEquals(Optional.empty(), ((HeapRecord.Update) decode(crafted(NEW, 0x40).image()
                    .main(main))).newTuple());
        }
    }

    @Test
    void truncate() {
        String main = "05000000 02000000 03 000000 00400000 ffffffff";
        HeapRecord.Truncate truncate = (HeapRecord.Truncate) decode(crafted(NEW, 0x30).main(main));
        assertEquals(5, truncate.database());
        assertEquals(HeapRecord.Truncate.CASCADE | HeapRecord.Truncate.RESTART_SEQS, truncate.flags());
        assertArrayEquals(new int[] {16384, -1}, truncate.relations());
        assertEquals("flags: [CASCADE, RESTART_SEQS], nrelids: 2, relids: [16384, 4294967295]",
                describe(crafted(NEW, 0x30).main(main)));
        assertEquals("cascade restart_seqs nrelids 2 relids 16384 4294967295", describe(crafted(OLD, 0x30).main(main)));
    }

    @Test
    void confirmAndLock() {
        assertEquals(new HeapRecord.Confirm(3), decode(crafted(OLD, 0x50).block("").main("0300")));
        assertEquals("off: 3", describe(crafted(NEW, 0x50).block("").main("0300")));
        assertEquals("off 3", describe(crafted(OLD, 0x50).block("").main("0300")));
        String main = "bc020000 0700 0e 01";
        assertEquals(new HeapRecord.Lock(700, 7, 0x0E, LockFlags.ALL_FROZEN_CLEARED),
                decode(crafted(NEW, 0x60).block("").block("").main(main)));
        assertEquals("xmax: 700, off: 7, infobits: [LOCK_ONLY, EXCL_LOCK, KEYSHR_LOCK], flags: 0x01",
                describe(crafted(NEW, 0x60).block("").main(main)));
        assertEquals("off 7: xid 700: flags 0x01 LOCK_ONLY EXCL_LOCK KEYSHR_LOCK ",
                describe(crafted(OLD, 0x60).block("").main(main)));
    }

    @Test
    void inplace() {
        CraftedRecord old = crafted(PostgresMajor.V17, 0x70).block("01020304").main("0700");
        HeapRecord.Inplace inplace = (HeapRecord.Inplace) decode(old);
        assertEquals(7, inplace.offset());
        assertArrayEquals(new byte[] {1, 2, 3, 4}, inplace.data().orElseThrow());
        assertEquals(List.of(), inplace.messages());
        assertEquals("off: 7", describe(old));

        String main = "0700 0000 05000000 7f060000 %s 000000 %s";
        CraftedRecord silent = crafted(NEW, 0x70).image().main(main.formatted("01", "00000000"));
        assertEquals(Optional.empty(), ((HeapRecord.Inplace) decode(silent)).data());
        assertEquals("off: 7", describe(silent));
        CraftedRecord told = crafted(NEW, 0x70).block("01020304").main(main.formatted("01",
                "02000000 37000000 05000000 efbeadde 00000000 fe000000 05000000 00400000 00000000"));
        HeapRecord.Inplace loud = (HeapRecord.Inplace) decode(told);
        assertEquals(5, loud.database());
        assertEquals(1663, loud.tablespace());
        assertTrue(loud.initFileForgotten());
        assertEquals(List.of(new InvalidationMessage.CatalogCache(55, 5, 0xdeadbeef),
                new InvalidationMessage.RelationCache(5, 16384)), loud.messages());
        assertEquals("off: 7; relcache init file inval dbid 5 tsid 1663; inval msgs: catcache 55 relcache 16384",
                describe(told));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotKnownIsNotRead(PostgresMajor major) {
        assertUnsupported(crafted(major, 0x90).block("").main("bc020000 0700 00 00"));
        assertUnsupported(crafted(major, 0x10).block("").main("bc020000 0700 20 00"));
        assertUnsupported(crafted(major, 0x10).block("").main("bc020000 0700 00 20"));
        assertUnsupported(crafted(major, 0x10).block("").main("bc020000 0700 00 00 00"));
        assertUnsupported(crafted(major, 0x10).block("").main("bc020000 0700 00"));
        assertUnsupported(crafted(major, 0x10).block("00").main("bc020000 0700 00 00"));
        assertUnsupported(crafted(major, 0x10).block("").block("").block("").main("bc020000 0700 00 00"));
        assertUnsupported(crafted(major, 0x10).main("bc020000 0700 00 00"));
        assertUnsupported(crafted(major, 0x00).block(TUPLE).main("0500 40"));
        assertUnsupported(crafted(major, 0x00).block("").main("0500 00"));
        assertUnsupported(crafted(major, 0x00).block(TUPLE).block("00").main("0500 00"));
        assertUnsupported(crafted(major, 0x80).block(TUPLE).main("0500 00"));
        assertUnsupported(crafted(major, 0x00).newBlock(TUPLE).main("0500 00"));
        assertUnsupported(crafted(major, 0x30).main("05000000 ffffffff 00 000000 00400000"));
        assertUnsupported(crafted(major, 0x30).block("").main("05000000 00000000 00 000000"));
    }
}
