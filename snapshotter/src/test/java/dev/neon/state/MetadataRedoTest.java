package dev.neon.state;

import static dev.neon.rmgr.DecoderTests.record;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.ServerParameters;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.CraftedRecord;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each kind of record does, byte by byte. */
class MetadataRedoTest {
    private static final String TABLE = "7f060000 05000000 00400000";
    private static final DatabaseDirectory DATABASE = new DatabaseDirectory(1663, 5);

    private static String le(int value) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
    }

    private static String le(long value) {
        return HexFormat.of().toHexDigits(Long.reverseBytes(value));
    }

    @Test
    void blocksBeyondTheEndOfAForkExtendIt() {
        TestMetadata state = TestMetadata.of(18);
        CraftedRecord insert = record(18, "Heap", 0x00).newBlock("00").newBlock("00");
        assertEquals(List.of(), state.redo(insert));
        assertEquals(12, state.metadata().blocks(TestMetadata.fork(0)));
        assertEquals(Map.of(DATABASE, DatabaseFiles.NONE), state.metadata().databases());
        assertEquals(0x500000300L, state.metadata().counters().nextXid(), "700 is below the next already");
        assertEquals(insert.read().end(), state.metadata().lsn());
        assertEquals(insert.read().start(), state.metadata().lastRecord());
        state.metadata().extend(TestMetadata.fork(2), 0);
        state.metadata().extend(TestMetadata.fork(1), 0);
        assertEquals(1, state.metadata().blocks(TestMetadata.fork(2)));
        assertFalse(state.metadata().exists(TestMetadata.fork(1)), "a free space map");
    }

    @Test
    void storageIsMadeCutAndDropped() {
        TestMetadata state = TestMetadata.of(18);
        assertEquals(List.of("created 1663/5/16384.0"), state.redo(record(18, "Storage", 0x10).main(TABLE + le(0))));
        assertEquals(List.of(), state.redo(record(18, "Storage", 0x10).main(TABLE + le(1))), "a free space map");
        assertEquals(List.of(), state.redo(record(18, "Storage", 0x10).main(TABLE + le(0))), "again");
        state.metadata().extend(TestMetadata.fork(0), 99_999);
        state.metadata().extend(TestMetadata.fork(2), 3);
        assertEquals(List.of("truncated 1663/5/16384.0 to 32673", "truncated 1663/5/16384.2 to 2"),
                state.redo(record(18, "Storage", 0x20).main(le(32673) + TABLE + le(7))));
        assertEquals(List.of("truncated 1663/5/16384.0 to 32672", "truncated 1663/5/16384.2 to 1"),
                state.redo(record(18, "Storage", 0x20).main(le(32672) + TABLE + le(7))));
        assertEquals(List.of("truncated 1663/5/16384.0 to 5"),
                state.redo(record(18, "Storage", 0x20).main(le(5) + TABLE + le(1))));
        assertEquals(List.of(), state.redo(record(18, "Storage", 0x20).main(le(6) + TABLE + le(7))), "shorter already");
        assertEquals(5, state.metadata().blocks(TestMetadata.fork(0)));
        // A commit that drops it; xinfo says only that.
        assertEquals(List.of("changed XACT 0", "dropped 1663/5/16384.0", "dropped 1663/5/16384.2"),
                state.redo(record(18, "Transaction", 0x80).main(le(1L) + le(4) + le(1) + TABLE)));
        assertFalse(state.metadata().exists(TestMetadata.fork(0)));
    }

    @Test
    void aCommitChangesThePagesOfAllItsTransactions() {
        TestMetadata state = TestMetadata.of(17).tracking();
        // 0x8000 transactions fill a page of pg_xact, 819 one of pg_commit_ts.
        String subxacts = le(3) + le(701) + le(0x8000) + le(0x8001);
        assertEquals(List.of("changed COMMIT_TS 0", "changed COMMIT_TS 40", "changed XACT 0", "changed XACT 1"),
                state.redo(record(17, "Transaction", 0x80).main(le(1L) + le(2) + subxacts)));
        assertEquals(0x500008002L, state.metadata().counters().nextXid());
        assertEquals(0x8001, state.metadata().counters().newestCommitTsXid());
        assertEquals(List.of(new BlockRange(0, 2)), state.metadata().ranges(Slru.XACT.fork()));
        assertEquals(List.of("changed XACT 0", "changed XACT 2"),
                state.redo(record(17, "Transaction", 0xA0).main(le(1L) + le(2) + le(1) + le(0x10000))), "aborted");
        assertEquals(0x8001, state.metadata().counters().newestCommitTsXid());
    }

    @Test
    void originsProgress() {
        TestMetadata state = TestMetadata.of(16);
        String origin = le(1L) + le(0x20) + le(0x5000L) + le(2L);
        state.redo(record(16, "Transaction", 0x80).main(origin).origin(7));
        assertEquals(Map.of(7, new Lsn(0x5000)), state.metadata().origins());
        state.redo(record(16, "ReplicationOrigin", 0x00).main(le(0x4000L) + "0700 00 00000000 00"));
        assertEquals(Map.of(7, new Lsn(0x5000)), state.metadata().origins(), "not backwards");
        state.redo(record(16, "ReplicationOrigin", 0x00).main(le(0x4000L) + "0700 01 00000000 00"));
        assertEquals(Map.of(7, new Lsn(0x4000)), state.metadata().origins(), "but by force");
        state.redo(record(16, "Transaction", 0x80).main(origin).origin(0xFFFF));
        assertEquals(1, state.metadata().origins().size(), "DoNotReplicateId");
        state.redo(record(16, "ReplicationOrigin", 0x10).main("0700"));
        assertEquals(Map.of(), state.metadata().origins());
    }

    @Test
    void preparedTransactionsAreFilesUntilTheyEnd() {
        TestMetadata state = TestMetadata.of(18);
        byte[] prepared = CraftedRecord.bytes(le(0x57F94534) + le(92) + le(0x2F0) + le(5) + le(9L) + le(10)
                + le(0) + le(0) + le(0) + le(0) + le(0) + le(0) + "00 00 0200" + le(0L) + le(0L) + "6700 000000000000"
                + le(0) + le(0));
        byte[] state18 = Arrays.copyOf(prepared, 88);
        state.redo(record(18, "Transaction", 0x10).main(HexFormat.of().formatHex(state18)));
        assertEquals(List.of(0x5000002F0L), List.copyOf(state.metadata().twoPhase().keySet()));
        assertArrayEquals(state18, state.metadata().twoPhase().get(0x5000002F0L));
        assertEquals(List.of("changed XACT 0"),
                state.redo(record(18, "Transaction", 0xB0).main(le(1L) + le(0x10) + le(0x2F0))));
        assertEquals(Map.of(), state.metadata().twoPhase());
    }

    /** They may have written nothing that is logged. */
    @Test
    void subtransactionsOfAPreparedTransactionAreBelowTheNext() {
        TestMetadata state = TestMetadata.of(18);
        String prepared = le(0x57F94534) + le(100) + le(0x2F0) + le(5) + le(9L) + le(10)
                + le(2) + le(0) + le(0) + le(0) + le(0) + le(0) + "00 00 0200" + le(0L) + le(0L) + "6700 000000000000"
                + le(0x305) + le(0x304) + le(0) + le(0);
        state.redo(record(18, "Transaction", 0x10).main(prepared));
        assertEquals(0x500000306L, state.metadata().counters().nextXid());
        assertEquals(List.of(0x5000002F0L), List.copyOf(state.metadata().twoPhase().keySet()));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 17})
    void pagesOfSlrusAreMadeAndGo(int major) {
        TestMetadata state = TestMetadata.of(major);
        for (String manager : List.of("CLOG", "CommitTs")) {
            String slru = manager.equals("CLOG") ? "XACT" : "COMMIT_TS";
            assertEquals(List.of("made " + slru + " 40"), state.redo(record(major, manager, 0x00).main(page(major, 40))));
            assertEquals(List.of("made " + slru + " 70"), state.redo(record(major, manager, 0x00).main(page(major, 70))));
            String oldest = manager.equals("CLOG") ? le(0x300000) + le(5) : le(0x300);
            assertEquals(List.of("removed " + slru + " 32 to 64"),
                    state.redo(record(major, manager, 0x10).main(page(major, 65) + oldest)));
        }
        assertEquals(700, state.metadata().counters().oldestXid(), "checkpoints tell it");
    }

    private static String page(int major, int page) {
        return major >= 17 ? le((long) page) : le(page);
    }

    @Test
    void multixactsAreCreated() {
        TestMetadata state = TestMetadata.of(18);
        assertEquals(List.of("made MULTIXACT_OFFSETS 1"), state.redo(record(18, "MultiXact", 0x00).main(le(1L))));
        assertEquals(List.of("made MULTIXACT_MEMBERS 1"), state.redo(record(18, "MultiXact", 0x10).main(le(1L))));
        // The last of its offsets page, its members on two pages.
        assertEquals(List.of("changed MULTIXACT_OFFSETS 0", "changed MULTIXACT_OFFSETS 1", "changed MULTIXACT_MEMBERS 0",
                "changed MULTIXACT_MEMBERS 1"), state.redo(create(2047, 1635, 0x400, 0x3FF)));
        assertEquals(2048, state.metadata().counters().nextMulti());
        assertEquals(1637, state.metadata().counters().nextMultiOffset());
        assertEquals(0x500000401L, state.metadata().counters().nextXid());
    }

    private static CraftedRecord create(int multi, int offset, int... members) {
        StringBuilder main = new StringBuilder(le(multi) + le(offset) + le(members.length));
        for (int xid : members) {
            main.append(le(xid)).append(le(1));
        }
        return record(18, "MultiXact", 0x20).main(main.toString());
    }

    /** Servers of older minor releases make the next page only after the last multixact before it. */
    @Test
    void aPageMadeAheadIsNotEmptiedAgain() {
        TestMetadata state = TestMetadata.of(18);
        MetadataRedo redo = new MetadataRedo(PostgresMajor.V18);
        redo.redo(create(2047, 20, 0x2F0).read(), state.metadata(), ForkEvents.NONE);
        assertEquals(List.of(new BlockRange(0, 2)), state.metadata().ranges(Slru.MULTIXACT_OFFSETS.fork()));
        redo.redo(record(18, "MultiXact", 0x00).main(le(1L)).read(), state.metadata(), new ForkEvents() {
            @Override
            public void changed(Slru slru, int page, boolean isNew) {
                throw new AssertionError(slru + " " + page);
            }
        });
        assertEquals(List.of("made MULTIXACT_OFFSETS 1"), state.redo(record(18, "MultiXact", 0x00).main(le(1L))));
    }

    @Test
    void multixactsAreTruncated() {
        TestMetadata state = TestMetadata.of(15);
        state.metadata().pages(Slru.MULTIXACT_OFFSETS, new SlruPages(Slru.MULTIXACT_OFFSETS, 0, 70));
        state.metadata().pages(Slru.MULTIXACT_MEMBERS, new SlruPages(Slru.MULTIXACT_MEMBERS, 0, 70));
        assertEquals(List.of("removed MULTIXACT_MEMBERS 0 to 32", "removed MULTIXACT_OFFSETS 0 to 32"),
                state.redo(record(15, "MultiXact", 0x30).main(le(13) + le(1) + le(33 * 2048) + le(1) + le(40 * 1636))));
        assertEquals(33 * 2048, state.metadata().counters().oldestMulti());
        assertEquals(13, state.metadata().counters().oldestMultiDatabase());
    }

    @Test
    void databasesAreMadeCopiedAndDropped() {
        TestMetadata state = TestMetadata.of(15);
        state.metadata().extend(TestMetadata.fork(0), 6);
        state.metadata().extend(TestMetadata.fork(3), 0);
        DatabaseDirectory logged = new DatabaseDirectory(1663, 20000);
        state.redo(record(15, "Database", 0x10).main(le(20000) + le(1663)));
        assertEquals(new DatabaseFiles(true, new byte[0]), state.metadata().databases().get(logged));
        String map = "17275900" + "00".repeat(508);
        state.redo(record(15, "RelMap", 0x00).main(le(20000) + le(1663) + le(512) + map));
        assertEquals(new DatabaseFiles(true, CraftedRecord.bytes(map)), state.metadata().databases().get(logged));
        state.redo(record(15, "RelMap", 0x00).main(le(0) + le(1664) + le(512) + map));
        assertArrayEquals(CraftedRecord.bytes(map), state.metadata().globalMap());

        String copy = le(20001) + le(1663) + le(5) + le(1663);
        assertEquals(List.of("copied 1663/5/16384.0 to 1663/20001/16384.0, 7 blocks",
                "copied 1663/5/16384.3 to 1663/20001/16384.3, 1 blocks"), state.redo(record(15, "Database", 0x00).main(copy)));
        assertEquals(List.of("dropped 1663/20001/16384.0", "dropped 1663/20001/16384.3",
                "copied 1663/5/16384.0 to 1663/20001/16384.0, 7 blocks",
                "copied 1663/5/16384.3 to 1663/20001/16384.3, 1 blocks"), state.redo(record(15, "Database", 0x00).main(copy)));
        assertTrue(state.metadata().databases().containsKey(new DatabaseDirectory(1663, 20001)));
        assertEquals(List.of("dropped 1663/5/16384.0", "dropped 1663/5/16384.3"),
                state.redo(record(15, "Database", 0x20).main(le(5) + le(1) + le(1663))));
        assertFalse(state.metadata().databases().containsKey(DATABASE));
    }

    @Test
    void tablespacesAreMadeAndDropped() {
        TestMetadata state = TestMetadata.of(18);
        state.redo(record(18, "Tablespace", 0x00).main(le(16500) + "00"));
        state.redo(record(18, "Tablespace", 0x00).main(le(16501) + "2f6100"));
        assertEquals(Map.of(16500, "", 16501, "/a"), state.metadata().tablespaces());
        state.redo(record(18, "Storage", 0x10).main(le(16500) + le(5) + le(7) + le(0)));
        assertTrue(state.metadata().databases().containsKey(new DatabaseDirectory(16500, 5)));
        assertEquals(List.of("dropped 16500/5/7.0"), state.redo(record(18, "Tablespace", 0x10).main(le(16500))));
        assertEquals(Map.of(16501, "/a"), state.metadata().tablespaces());
        assertFalse(state.metadata().databases().containsKey(new DatabaseDirectory(16500, 5)));
    }

    @Test
    void theServerTellsOfItself() {
        TestMetadata state = TestMetadata.of(18);
        state.redo(record(18, "XLOG", 0x30).main(le(28192)));
        assertEquals(28192, state.metadata().counters().nextOid());
        state.redo(record(18, "XLOG", 0x80).main("00"));
        assertFalse(state.metadata().counters().fullPageWrites());
        String parameters = le(120) + le(9) + le(11) + le(3) + le(65) + le(2) + "01";
        assertEquals(List.of("made COMMIT_TS 0"), state.redo(record(18, "XLOG", 0x60).main(parameters + "01 0000")));
        assertEquals(new ServerParameters(2, true, 120, 9, 11, 3, 65, true), state.metadata().parameters());
        assertEquals(0x300, state.metadata().counters().oldestCommitTsXid());
        assertEquals(List.of("removed COMMIT_TS 0 to 1"), state.redo(record(18, "XLOG", 0x60).main(parameters + "00 0000")));
        assertEquals(0, state.metadata().counters().oldestCommitTsXid());

        byte[] body = TestMetadata.counters(0x500000900L, 30, 40).toBytes(PostgresMajor.V18, 2);
        CraftedRecord online = record(18, "XLOG", 0x10).main(HexFormat.of().formatHex(body));
        state.redo(online);
        assertEquals(online.read().start(), state.metadata().checkPointLsn());
        assertArrayEquals(body, state.metadata().checkPointBytes());
        assertEquals(0x500000900L, state.metadata().counters().nextXid());
        assertEquals(28192, state.metadata().counters().nextOid());
        state.redo(record(18, "XLOG", 0x00).main(HexFormat.of().formatHex(body)));
        assertEquals(20000, state.metadata().counters().nextOid());
    }

    @Test
    void filesThatAreMadeAtMinimalAreRefused() {
        TestMetadata state = TestMetadata.of(18);
        String parameters = le(120) + le(9) + le(11) + le(3) + le(65);
        CraftedRecord table = record(18, "Storage", 0x10).main(le(1663) + le(5) + le(16390) + le(0));
        CraftedRecord unlogged = record(18, "Storage", 0x10).main(le(1663) + le(5) + le(16391) + le(3));
        state.redo(record(18, "XLOG", 0x60).main(parameters + le(0) + "0000 0000"));
        assertEquals(0, state.metadata().parameters().walLevel());
        assertEquals(List.of("created 1663/5/16391.3"), state.redo(unlogged));
        UnsupportedWalException refused = assertThrows(UnsupportedWalException.class, () -> state.redo(table));
        assertFalse(refused.isForPostgres());
        assertTrue(refused.getMessage().contains(table.read().start() + " on: relation 1663/5/16390 was made at"),
                refused.getMessage());
        state.redo(record(18, "XLOG", 0x60).main(parameters + le(1) + "0000 0000"));
        assertEquals(List.of("created 1663/5/16390.0"), state.redo(table));
    }

    @Test
    void whatIsNotKnownIsRefused() {
        TestMetadata state = TestMetadata.of(18);
        assertThrows(UnsupportedWalException.class,
                () -> state.redo(CraftedRecord.of(PostgresMajor.V18, 128, 0x00).block("00")));
        assertThrows(UnsupportedWalException.class, () -> state.redo(record(18, "CLOG", 0x20).main("00")));
    }
}
