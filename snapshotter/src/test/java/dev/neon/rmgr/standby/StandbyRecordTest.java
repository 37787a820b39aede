package dev.neon.rmgr.standby;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.rmgr.InvalidationMessage;
import dev.neon.dialect.WalDialect;
import dev.neon.wal.CraftedRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies byte by byte. */
class StandbyRecordTest {
    private static final String RUNNING = "02000000 01000000 01 777777 e0020000 dd020000 df020000"
            + "dd020000 de020000 ffffffff";

    private static StandbyRecord decode(PostgresMajor major, int info, String main) {
        return CraftedRecord.main(major, 8, info, 0, main)
                .read(record -> (StandbyRecord) WalDialect.of(major).manager(8).decode(record));
    }

    private static String describe(PostgresMajor major, int info, String main) {
        return CraftedRecord.main(major, 8, info, 0, main).read(record -> {
            StringBuilder text = new StringBuilder(WalDialect.of(major).manager(8).operation(info)).append(' ');
            WalDialect.of(major).manager(8).describe(record, text);
            return text.toString();
        });
    }

    @ParameterizedTest
    @EnumSource
    void locks(PostgresMajor major) {
        String main = "02000000 dd020000 05000000 10400000 de020000 05000000 11400000";
        assertEquals(new StandbyRecord.Locks(List.of(new StandbyRecord.Lock(733, 5, 16400),
                new StandbyRecord.Lock(734, 5, 16401))), decode(major, 0x00, main));
        assertEquals("LOCK xid 733 db 5 rel 16400 xid 734 db 5 rel 16401 ", describe(major, 0x00, main));
    }

    @ParameterizedTest
    @EnumSource
    void runningTransactions(PostgresMajor major) {
        StandbyRecord.RunningTransactions running =
                assertInstanceOf(StandbyRecord.RunningTransactions.class, decode(major, 0x10, RUNNING));
        assertEquals(736, running.nextXid());
        assertEquals(733, running.oldestRunningXid());
        assertEquals(735, running.latestCompletedXid());
        assertEquals(true, running.subtransactionsMissing());
        assertArrayEquals(new int[] {733, 734}, running.transactions());
        assertArrayEquals(new int[] {-1}, running.subtransactions());
        assertEquals("RUNNING_XACTS nextXid 736 latestCompletedXid 735 oldestRunningXid 733",
                describe(major, 0x10, "00000000 00000000 00000000 e0020000 dd020000 df020000"));
    }

    @Test
    void runningTransactionsAreDescribedInTheReleasesWords() {
        String start = "RUNNING_XACTS nextXid 736 latestCompletedXid 735 oldestRunningXid 733; 2 xacts: 733 734;"
                + " subxid ";
        assertEquals(start + "ovf", describe(PostgresMajor.V15, 0x10, RUNNING));
        assertEquals(start + "overflowed; 1 subxacts: 4294967295", describe(PostgresMajor.V16, 0x10, RUNNING));
    }

    @ParameterizedTest
    @EnumSource
    void invalidations(PostgresMajor major) {
        String main = "05000000 7f060000 01 777777 01000000 fb777777 05000000 10400000 00000000";
        assertEquals(new StandbyRecord.Invalidations(5, 1663, true,
                List.of(new InvalidationMessage.Snapshot(5, 16400))), decode(major, 0x20, main));
        assertEquals("INVALIDATIONS ; relcache init file inval dbid 5 tsid 1663; inval msgs: snapshot 16400",
                describe(major, 0x20, main));
    }

    @ParameterizedTest
    @EnumSource
    void unknownFormsAreRefused(PostgresMajor major) {
        refuses(major, 0x30, "");
        refuses(major, 0x00, "ffffffff");
        refuses(major, 0x00, "00000000 00");
        refuses(major, 0x10, RUNNING + "00");
        refuses(major, 0x10, RUNNING.substring(0, RUNNING.length() - 2));
        refuses(major, 0x10, "ffffff7f ffffff7f 00000000 e0020000 dd020000 df020000");
    }

    private static void refuses(PostgresMajor major, int info, String main) {
        assertThrows(UnsupportedWalException.class, () -> decode(major, info, main));
    }
}
