package dev.neon.rmgr.transaction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.InvalidationMessage;
import dev.neon.rmgr.ResourceManager;
import dev.neon.dialect.WalDialect;
import dev.neon.wal.CraftedRecord;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies byte by byte. */
class TransactionRecordTest {
    private static final int RMID = 1;
    private static final int XID = 733;

    private static final String TIME = "40420f0000000000";
    private static final String DATABASE = "05000000 7f060000";
    private static final String SUBXACTS = "02000000 de020000 ffffffff";
    private static final String RELATIONS = "03000000 7f060000 05000000 10400000 80060000 00000000 ee040000"
            + " 11400000 05000000 12400000";
    private static final String MESSAGES_14 = "06000000"
            + "36000000 05000000 efbeadde 00000000"
            + "ff000000 05000000 eb040000 00000000"
            + "fe777777 05000000 10400000 77777777"
            + "fdffffff 7f060000 05000000 10400000"
            + "fc000000 05000000 00000000 00000000"
            + "fb000000 00000000 ee040000 00000000";
    private static final String TWOPHASE = "dd020000";
    private static final String GID = "6d7920676964 00";
    private static final String ORIGIN = "d8bc0a0100000000 80841e0000000000";
    private static final String XINFO_14 = "ff0000e0";

    private static final String FULL_14 =
            TIME + XINFO_14 + DATABASE + SUBXACTS + RELATIONS + MESSAGES_14 + TWOPHASE + GID + ORIGIN;
    private static final String FULL_15 = TIME + "ff0100e0" + DATABASE + SUBXACTS + RELATIONS
            + "01000000 02000000 05000000 10400000" + MESSAGES_14 + TWOPHASE + GID + ORIGIN;
    private static final String FULL_18 = TIME + "ff0100e0" + DATABASE + SUBXACTS + RELATIONS
            + "01000000 02000000 05000000 10400000 01000000" + "01000000 fa000000 05000000 10400000 00000000" + TWOPHASE
            + GID + ORIGIN;

    private static final List<InvalidationMessage> MESSAGES = List.of(
            new InvalidationMessage.CatalogCache(54, 5, 0xdeadbeef),
            new InvalidationMessage.Catalog(5, 1259),
            new InvalidationMessage.RelationCache(5, 16400),
            new InvalidationMessage.Smgr(-1, new RelFileLocator(1663, 5, 16400)),
            new InvalidationMessage.RelationMap(5),
            new InvalidationMessage.Snapshot(0, 1262));

    private static String full(PostgresMajor major) {
        return switch (major) {
            case V14 -> FULL_14;
            case V15, V16, V17 -> FULL_15;
            case V18 -> FULL_18;
        };
    }

    @SuppressWarnings("unchecked")
    private static ResourceManager<TransactionRecord> manager(PostgresMajor major) {
        return (ResourceManager<TransactionRecord>) WalDialect.of(major).manager(RMID);
    }

    private static CraftedRecord crafted(PostgresMajor major, int info, String main) {
        return CraftedRecord.main(major, RMID, info, XID, main).origin(3);
    }

    private static TransactionRecord decode(PostgresMajor major, int info, String main) {
        return crafted(major, info, main).read(manager(major)::decode);
    }

    private static String describe(PostgresMajor major, int info, String main) {
        return crafted(major, info, main).read(record -> {
            StringBuilder text = new StringBuilder();
            manager(major).describe(record, text);
            return manager(major).operation(record.info()) + " " + text;
        });
    }

    private static Completion committed(PostgresMajor major, int info, String main) {
        return assertInstanceOf(TransactionRecord.Commit.class, decode(major, info, main)).completion();
    }

    @ParameterizedTest
    @EnumSource
    void plainCommitIsATime(PostgresMajor major) {
        Completion commit = committed(major, 0x00, TIME);
        assertEquals(XID, commit.xid());
        assertEquals(1_000_000, commit.time());
        assertFalse(commit.prepared());
        assertEquals(Optional.empty(), commit.origin());
        assertEquals("COMMIT 2000-01-01 00:00:01.000000 UTC", describe(major, 0x00, TIME));
        Completion abort = assertInstanceOf(TransactionRecord.Abort.class, decode(major, 0x20, TIME)).completion();
        assertEquals(XID, abort.xid());
        assertEquals("ABORT 2000-01-01 00:00:01.000000 UTC", describe(major, 0x20, TIME));
    }

    @ParameterizedTest
    @EnumSource
    void commitHoldsAllItsParts(PostgresMajor major) {
        Completion commit = committed(major, 0xB0, full(major));
        assertEquals(733, commit.xid());
        assertTrue(commit.prepared());
        assertEquals(Optional.of("my gid"), commit.gid());
        assertEquals(5, commit.database());
        assertEquals(1663, commit.tablespace());
        assertArrayEquals(new int[] {734, -1}, commit.subtransactions());
        assertEquals(List.of(new RelFileLocator(1663, 5, 16400), new RelFileLocator(1664, 0, 1262),
                new RelFileLocator(16401, 5, 16402)), commit.relations());
        assertEquals(Optional.of(new OriginProgress(Lsn.parse("0/10ABCD8"), 2_000_000)), commit.origin());
        assertTrue(commit.appliesFeedback() && commit.updatesRelcacheInitFile() && commit.forcesSync()
                && commit.hadExclusiveLocks());
    }

    @Test
    void statisticsAndMessagesAreThoseOfTheRelease() {
        assertEquals(List.of(), committed(PostgresMajor.V14, 0xB0, FULL_14).statistics());
        assertEquals(List.of(new DroppedStatistics(2, 5, 16400)),
                committed(PostgresMajor.V17, 0xB0, FULL_15).statistics());
        assertEquals(List.of(new DroppedStatistics(2, 5, 1L << 32 | 16400)),
                committed(PostgresMajor.V18, 0xB0, FULL_18).statistics());
        assertEquals(MESSAGES, committed(PostgresMajor.V17, 0xB0, FULL_15).invalidations());
        assertEquals(List.of(new InvalidationMessage.RelationSync(5, 16400)),
                committed(PostgresMajor.V18, 0xB0, FULL_18).invalidations());
        assertThrows(UnsupportedWalException.class, () -> decode(PostgresMajor.V14, 0xB0, FULL_15));
        String sync = "01000000 fa000000 05000000 10400000 00000000";
        assertInstanceOf(TransactionRecord.Invalidations.class, decode(PostgresMajor.V18, 0x60, sync));
        assertThrows(UnsupportedWalException.class, () -> decode(PostgresMajor.V17, 0x60, sync));
    }

    @Test
    void commitIsDescribedInTheReleasesWords() {
        String start = "COMMIT_PREPARED 733: 2000-01-01 00:00:01.000000 UTC; rels: base/5/16400 global/1262"
                + " pg_tblspc/16401/PG_";
        String messages = "; relcache init file inval dbid 5 tsid 1663; inval msgs: catcache 54 catalog 1259"
                + " relcache 16400 smgr relmap db 5 snapshot 1262";
        String end = "; sync; origin: node 3, lsn 0/10ABCD8, at 2000-01-01 00:00:02.000000 UTC";
        String subxacts = "/5/16402; subxacts: 734 4294967295";
        assertEquals(start + "14_202107181" + subxacts + messages + end, describe(PostgresMajor.V14, 0xB0, FULL_14));
        assertEquals(start + "15_202209061" + subxacts + "; dropped stats: 2/5/16400" + messages + "; apply_feedback"
                + end, describe(PostgresMajor.V15, 0xB0, FULL_15));
        assertEquals(start + "18_202506291" + subxacts + "; dropped stats: 2/5/4294983696"
                + "; relcache init file inval dbid 5 tsid 1663; inval msgs: relsync 16400; apply_feedback" + end,
                describe(PostgresMajor.V18, 0xB0, FULL_18));
    }

    @Test
    void abortIsDescribedInTheReleasesWords() {
        String origin = "; origin: node 3, lsn 0/10ABCD8, at 2000-01-01 00:00:02.000000 UTC";
        assertEquals("ABORT 2000-01-01 00:00:01.000000 UTC; subxacts: 734 4294967295",
                describe(PostgresMajor.V14, 0xA0, TIME + "22000000" + SUBXACTS + ORIGIN));
        assertEquals("ABORT 2000-01-01 00:00:01.000000 UTC; subxacts: 734 4294967295" + origin
                + "; dropped stats: 2/5/16400", describe(PostgresMajor.V16, 0xA0,
                TIME + "22010000" + SUBXACTS + "01000000 02000000 05000000 10400000" + ORIGIN));
    }

    @ParameterizedTest
    @EnumSource
    void endIsToldWithoutTheRest(PostgresMajor major) {
        for (int info : new int[] {0x00, 0x20, 0x80, 0xA0, 0xB0, 0xC0}) {
            String main = switch (info & 0xF0) {
                case 0x00, 0x20 -> TIME;
                case 0x80, 0xA0 -> TIME + "01000000" + DATABASE;
                case 0xC0 -> TIME + "12000000" + SUBXACTS + TWOPHASE;
                default -> full(major);
            };
            int recordXid = info < 0xB0 ? XID : 0;
            assertEquals(List.of(true, (info & 0x20) == 0 && info != 0xC0 || info == 0xB0, 1_000_000L, XID),
                    CraftedRecord.main(major, RMID, info, recordXid, main).read(record -> List.of(
                            TransactionEnd.isEnd(record), TransactionEnd.isCommit(record), TransactionEnd.time(record),
                            TransactionEnd.xid(record))), Integer.toHexString(info));
        }
        assertFalse(CraftedRecord.main(major, RMID, 0x60, XID, "00000000").read(TransactionEnd::isEnd));
        assertFalse(CraftedRecord.main(major, 10, 0x00, XID, TIME).read(TransactionEnd::isEnd));
    }

    @ParameterizedTest
    @EnumSource
    void missingAndSpareBytesAreRefused(PostgresMajor major) {
        String whole = full(major).replace(" ", "");
        for (int length = 0; length < whole.length(); length += 2) {
            String part = whole.substring(0, length);
            assertThrows(UnsupportedWalException.class, () -> decode(major, 0xB0, part), part);
        }
        assertThrows(UnsupportedWalException.class, () -> decode(major, 0xB0, whole + "00"));
    }

    @ParameterizedTest
    @EnumSource
    void unknownFormsAreRefused(PostgresMajor major) {
        refuses("an operation", major, 0x70, TIME);
        refuses("xinfo of ASSIGNMENT", major, 0xD0, "01000000 00000000");
        refuses("a flag", major, 0x80, TIME + "00020000");
        refuses("messages of ABORT", major, 0xA0, TIME + "08000000 00000000");
        refuses("COMMIT_PREPARED of none", major, 0x30, TIME);
        refuses("COMMIT of another", major, 0x80, TIME + "10000000 dd020000");
        refuses("a count beyond the record", major, 0x80, TIME + "02000000 ffffff7f");
        refuses("a negative count", major, 0x80, TIME + "02000000 ffffffff");
        refuses("a kind of message", major, 0x60, "01000000 80" + "00".repeat(15));
    }

    private static void refuses(String what, PostgresMajor major, int info, String main) {
        assertThrows(UnsupportedWalException.class, () -> decode(major, info, main), what);
    }

    @ParameterizedTest
    @EnumSource
    void assignmentAndInvalidations(PostgresMajor major) {
        TransactionRecord.Assignment assignment =
                assertInstanceOf(TransactionRecord.Assignment.class, decode(major, 0x50, "dd020000" + SUBXACTS));
        assertEquals(733, assignment.topLevelXid());
        assertArrayEquals(new int[] {734, -1}, assignment.subtransactions());
        assertEquals("ASSIGNMENT xtop 733: subxacts: 734 4294967295", describe(major, 0x50, "dd020000" + SUBXACTS));
        assertEquals(new TransactionRecord.Invalidations(MESSAGES), decode(major, 0x60, MESSAGES_14));
        assertEquals("INVALIDATION ; inval msgs: catcache 54 catalog 1259 relcache 16400 smgr relmap db 5"
                + " snapshot 1262", describe(major, 0x60, MESSAGES_14));
    }
}
