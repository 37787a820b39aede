package dev.neon.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.CheckPoint;
import dev.neon.repo.Lsn;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CountersTest {
    private static Counters of(long nextXid) {
        return new Counters(TestMetadata.counters(nextXid, 10, 20), new Lsn(0x1000));
    }

    private static long passed(long nextXid, int xid) {
        Counters counters = of(nextXid);
        counters.passXid(xid);
        return counters.checkPoint(Lsn.ZERO, Instant.EPOCH).nextXid();
    }

    @Test
    void theNextTransactionIsAfterAllThatWereSeen() {
        assertEquals(0x500000301L, passed(0x500000300L, 0x300));
        assertEquals(0x500000401L, passed(0x500000300L, 0x400));
        assertEquals(0x500000300L, passed(0x500000300L, 0x2FF));
        assertEquals(0x500000300L, passed(0x500000300L, 0), "none");
        assertEquals(0x500000300L, passed(0x500000300L, 2), "frozen");
        assertEquals(0x500000300L, passed(0x500000300L, 0xFFFFFFF0), "of the epoch before");
    }

    @Test
    void theEpochAdvancesWhereNumbersWrapAround() {
        assertEquals(0x600000003L, passed(0x5FFFFFFF0L, -1), "the first three are special");
        assertEquals(0x60000000AL, passed(0x5FFFFFFF0L, 9));
        assertEquals(0x5FFFFFFFFL, passed(0x5FFFFFFF0L, -2));
    }

    @Test
    void idsBelowTheNextAreGivenTheirEpoch() {
        assertEquals(0x5000002FFL, of(0x500000300L).full(0x2FF));
        assertEquals(0x4FFFFFFFFL, of(0x500000300L).full(-1));
        assertEquals(0x500000300L, of(0x500000300L).full(0x300));
    }

    @Test
    void anOnlineCheckpointGivesMinima() {
        Counters counters = of(0x500000300L);
        CheckPoint said = new CheckPoint(Lsn.ZERO, 1, 1, false, 0x500000400L, 99, 15, 10, 650, 2, 3, 4, Instant.EPOCH, 0,
                0, 700);
        counters.redoOnline(said);
        CheckPoint now = counters.checkPoint(Lsn.ZERO, Instant.EPOCH);
        assertEquals(new CheckPoint(Lsn.ZERO, 1, 1, true, 0x500000400L, 20000, 15, 20, 700, 1, 3, 4, Instant.EPOCH, 0, 0,
                0), now);
    }

    @Test
    void aShutdownCheckpointIsBelieved() {
        Counters counters = of(0x500000300L);
        CheckPoint said = new CheckPoint(Lsn.ZERO, 1, 1, false, 0x500000200L, 99, 15, 10, 650, 2, 3, 4, Instant.EPOCH, 7,
                8, 0);
        counters.redoShutdown(said);
        CheckPoint now = counters.checkPoint(Lsn.ZERO, Instant.EPOCH);
        assertEquals(new CheckPoint(Lsn.ZERO, 1, 1, false, 0x500000200L, 99, 15, 10, 650, 2, 3, 4, Instant.EPOCH, 0, 0,
                0), now, "but for commit times, which have records of their own");
    }

    @Test
    void anOnlineCheckpointTellsOfFullPageWritesAtItsRedoPoint() {
        Counters counters = of(0x500000300L);
        counters.redoOnline(checkPoint(0xFFF, false));
        assertTrue(fullPageWrites(counters), "it is older than what was known at first");
        counters.redoOnline(checkPoint(0x1000, false));
        assertFalse(fullPageWrites(counters), "a server was started with another setting");
        counters.fullPageWrites(true, new Lsn(0x2000));
        counters.redoOnline(checkPoint(0x1F00, false));
        assertTrue(fullPageWrites(counters), "it was changed after the redo point");
        Counters copy = counters.copy();
        copy.redoOnline(checkPoint(0x1F00, false));
        assertTrue(fullPageWrites(copy), "a copy knows it, too");
        counters.redoOnline(checkPoint(0x2000, false));
        assertFalse(fullPageWrites(counters));
    }

    private static CheckPoint checkPoint(long redo, boolean fullPageWrites) {
        return new CheckPoint(new Lsn(redo), 1, 1, fullPageWrites, 0x500000300L, 99, 10, 20, 700, 1, 1, 1, Instant.EPOCH,
                0, 0, 700);
    }

    private static boolean fullPageWrites(Counters counters) {
        return counters.checkPoint(Lsn.ZERO, Instant.EPOCH).fullPageWrites();
    }

    @Test
    void commitTimesHaveAnOldestAndANewest() {
        Counters counters = of(0x500000300L);
        counters.advanceOldestCommitTs(0x200);
        counters.beginCommitTs();
        counters.passCommitTs(0x2FF);
        counters.passCommitTs(0x305);
        counters.beginCommitTs();
        CheckPoint now = counters.checkPoint(Lsn.ZERO, Instant.EPOCH);
        assertEquals(0x300, now.oldestCommitTsXid());
        assertEquals(0x305, now.newestCommitTsXid());
        counters.advanceOldestCommitTs(0x302);
        assertEquals(0x302, counters.checkPoint(Lsn.ZERO, Instant.EPOCH).oldestCommitTsXid());
        counters.endCommitTs();
        assertEquals(0, counters.checkPoint(Lsn.ZERO, Instant.EPOCH).newestCommitTsXid());
    }
}
