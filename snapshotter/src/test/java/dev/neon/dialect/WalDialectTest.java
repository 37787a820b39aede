package dev.neon.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.CraftedRecord;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WalDialectTest {
    @ParameterizedTest
    @EnumSource(PostgresMajor.class)
    void aReleaseHasTheManagersThatItsRecordsMayName(PostgresMajor major) {
        WalDialect dialect = WalDialect.of(major);
        for (int rmid = -1; rmid <= 256; rmid++) {
            int each = rmid;
            if (rmid >= 0 && rmid < 256 && major.isRmgr(rmid)) {
                assertSame(dialect.manager(rmid), dialect.manager(rmid));
                assertEquals(OptionalInt.of(rmid), dialect.rmid(dialect.manager(rmid).name().toUpperCase()));
            } else {
                assertThrows(IllegalArgumentException.class, () -> dialect.manager(each));
                assertEquals(OptionalInt.empty(), dialect.rmid("custom" + rmid));
            }
        }
        assertEquals(OptionalInt.empty(), dialect.rmid("custom"));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotOfPagesHasNoBlocks(PostgresMajor major) {
        for (String name : List.of("Transaction", "Storage", "CLOG", "Database", "Tablespace", "MultiXact", "RelMap",
                "Standby", "CommitTs", "ReplicationOrigin", "LogicalMessage")) {
            int rmid = WalDialect.of(major).rmid(name).orElseThrow();
            CraftedRecord record = CraftedRecord.of(major, rmid, 0x00).block("");
            String message = assertThrows(UnsupportedWalException.class, record::decode, name).getMessage();
            assertTrue(message.endsWith("its form has no block 0"), message);
        }
    }

    @ParameterizedTest
    @EnumSource(value = PostgresMajor.class, names = "V14", mode = EnumSource.Mode.EXCLUDE)
    void managersOfExtensionsHaveNamesByNumber(PostgresMajor major) {
        assertEquals(OptionalInt.of(128), WalDialect.of(major).rmid("custom128"));
        assertEquals("custom255", WalDialect.of(major).manager(255).name());
        assertEquals(OptionalInt.empty(), WalDialect.of(major).rmid("custom256"));
    }
}
