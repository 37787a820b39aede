package dev.neon.rmgr.transaction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.InvalidationMessage;
import dev.neon.dialect.WalDialect;
import dev.neon.wal.CraftedRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The state of a prepared transaction, byte by byte. */
class PrepareTest {
    private static final String COMMON = "dd020000 05000000 40420f0000000000 0a000000 03000000 01000000 02000000";
    private static final String REST = "01 77 0500" + "d8bc0a0100000000 80841e0000000000" + "6e616d6500 000000"
            + "de020000 df020000 e0020000 00000000"
            + "7f060000 05000000 10400000 77777777"
            + "7f060000 05000000 11400000 7f060000 05000000 12400000";
    private static final String MESSAGE = "fe000000 05000000 10400000 00000000";
    private static final String RECORDS = "03000000 01 000700 aabbcc 0000000000" + "00000000 00 000000";

    private static final String BODY_14 = COMMON + "01000000" + REST + MESSAGE + RECORDS;
    private static final String BODY_15 = COMMON + "02000000 01000000 01000000" + REST
            + "02000000 05000000 10400000 02000000 05000000 11400000"
            + "02000000 05000000 12400000 77777777" + MESSAGE + RECORDS;
    private static final String BODY_18 = COMMON + "02000000 01000000 01000000" + REST
            + "02000000 05000000 10400000 00000000 02000000 05000000 11400000 00000000"
            + "02000000 05000000 12400000 00000000" + MESSAGE + RECORDS;

    private static String body(PostgresMajor major) {
        String body = switch (major) {
            case V14 -> BODY_14;
            case V15, V16, V17 -> BODY_15;
            case V18 -> BODY_18;
        };
        return body.replace(" ", "");
    }

    private static String withLength(String body) {
        int length = body.length() / 2 + 8 + 4;
        return "3445f957" + "%02x%02x0000".formatted(length & 0xFF, length >> 8) + body;
    }

    private static TransactionRecord.Prepare decode(PostgresMajor major, String main) {
        return CraftedRecord.main(major, 1, 0x10, 733, main).read(record ->
                (TransactionRecord.Prepare) WalDialect.of(major).manager(1).decode(record));
    }

    private static String describe(PostgresMajor major, int origin) {
        return CraftedRecord.main(major, 1, 0x10, 733, withLength(body(major))).origin(origin).read(record -> {
            StringBuilder text = new StringBuilder();
            WalDialect.of(major).manager(1).describe(record, text);
            return text.toString();
        });
    }

    @ParameterizedTest
    @EnumSource
    void stateIsReadInFull(PostgresMajor major) {
        String main = withLength(body(major));
        TransactionRecord.Prepare prepare = decode(major, main);
        assertEquals(733, prepare.xid());
        assertEquals(5, prepare.database());
        assertEquals(1_000_000, prepare.time());
        assertEquals(10, prepare.owner());
        assertEquals("name", prepare.gid());
        assertArrayEquals(new int[] {734, 735, 736}, prepare.subtransactions());
        assertEquals(List.of(new RelFileLocator(1663, 5, 16400)), prepare.commitRelations());
        assertEquals(List.of(new RelFileLocator(1663, 5, 16401), new RelFileLocator(1663, 5, 16402)),
                prepare.abortRelations());
        assertEquals(List.of(new InvalidationMessage.RelationCache(5, 16400)), prepare.invalidations());
        assertEquals(true, prepare.relcacheInitFile());
        assertEquals(new OriginProgress(Lsn.parse("0/10ABCD8"), 2_000_000), prepare.origin());
        assertArrayEquals(CraftedRecord.bytes(main), prepare.state());
        assertEquals(main.length() / 2 - 24, prepare.records());
        boolean hasStatistics = major != PostgresMajor.V14;
        assertEquals(hasStatistics
                ? List.of(new DroppedStatistics(2, 5, 16400), new DroppedStatistics(2, 5, 16401)) : List.of(),
                prepare.commitStatistics());
        assertEquals(hasStatistics ? List.of(new DroppedStatistics(2, 5, 16402)) : List.of(),
                prepare.abortStatistics());
    }

    @Test
    void descriptionsAreInTheReleasesWords() {
        String start = "gid name: 2000-01-01 00:00:01.000000 UTC; rels(commit): base/5/16400;"
                + " rels(abort): base/5/16401 base/5/16402";
        String end = "; subxacts: 734 735 736; relcache init file inval dbid 5 tsid 0; inval msgs: relcache 16400";
        String statistics = "; commit dropped stats: 2/5/16400 2/5/16401; abort dropped stats: 2/5/16402";
        assertEquals(start + end, describe(PostgresMajor.V14, 3));
        assertEquals(start + statistics + end
                + "; origin: node 3, lsn 0/10ABCD8, at 2000-01-01 00:00:02.000000 UTC", describe(PostgresMajor.V15, 3));
        assertEquals(start + statistics + end, describe(PostgresMajor.V18, 0));
    }

    @ParameterizedTest
    @EnumSource
    void damagedStateIsRefused(PostgresMajor major) {
        String whole = body(major);
        for (int length = 0; length < whole.length(); length += 2) {
            String part = withLength(whole.substring(0, length));
            assertThrows(UnsupportedWalException.class, () -> decode(major, part), part);
        }
        assertThrows(UnsupportedWalException.class, () -> decode(major, withLength(whole + "0000000000000000")));
        assertThrows(UnsupportedWalException.class, () -> decode(major, withLength(whole) + "00"));
        assertThrows(UnsupportedWalException.class, () -> decode(major, "3545" + withLength(whole).substring(4)));
    }
}
