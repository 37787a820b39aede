package dev.neon.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.postgres.PostgresMajor;
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
    @EnumSource(value = PostgresMajor.class, names = "V14", mode = EnumSource.Mode.EXCLUDE)
    void managersOfExtensionsHaveNamesByNumber(PostgresMajor major) {
        assertEquals(OptionalInt.of(128), WalDialect.of(major).rmid("custom128"));
        assertEquals("custom255", WalDialect.of(major).manager(255).name());
        assertEquals(OptionalInt.empty(), WalDialect.of(major).rmid("custom256"));
    }
}
