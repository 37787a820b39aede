package dev.neon.cli.command.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.inspect.WalStats;
import dev.neon.repo.Lsn;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table, as PostgreSQL 15's pg_waldump printed it. */
class StatsTableTest {
    private static final String PRINTED = """
            WAL statistics between 0/11000028 and 0/2B000000:
            Type                                           N      (%)          Record size      (%)             FPI size      (%)        Combined size      (%)
            ----                                           -      ---          -----------      ---             --------      ---        -------------      ---
            XLOG                                       13106 (  5.10)               642364 (  2.69)            105713580 ( 26.14)            106355944 ( 24.83)
            Transaction                                    0 (  0.00)                    0 (  0.00)                    0 (  0.00)                    0 (  0.00)
            Heap                                      243689 ( 94.90)             23237722 ( 97.31)            298753900 ( 73.86)            321991622 ( 75.17)
                                                    --------                      --------                      --------                      --------
            Total                                     256795                      23880086 [5.57%]             404467480 [94.43%]            428347566 [100%]
            """;

    @Test
    void columnsAreThoseOfWaldump() {
        assertEquals(PRINTED, new StatsTable(List.of(new WalStats.Row("XLOG", 13106, 642364, 105713580),
                new WalStats.Row("Transaction", 0, 0, 0), new WalStats.Row("Heap", 243689, 23237722, 298753900)))
                .text(Lsn.parse("0/11000028"), Lsn.parse("0/2B000000")).toString());
    }

    /** {@code [100.00%]} takes the blank that stands after shorter ones. */
    @Test
    void aWholeHundredPercentFillsItsColumn() {
        String total = "Total                                   25287708                    1716976229 [100.00%]"
                + "               15900 [0.00%]            1716992129 [100%]";
        assertEquals(total, new StatsTable(List.of(new WalStats.Row("Heap", 25287708, 1716976229, 15900)))
                .text(Lsn.parse("0/9C000060"), Lsn.parse("1/6000060")).toString().lines().toList().getLast());
    }

    @Test
    void percentagesAreRoundedAsInC() {
        // Exact halves go to the even digit, what only looks like one is rounded by its exact value.
        assertEquals("0.12", StatsTable.percent(1, 800));
        assertEquals("0.38", StatsTable.percent(3, 800));
        assertEquals("62.50", StatsTable.percent(5, 8));
        assertEquals("100.00", StatsTable.percent(7, 7));
        assertEquals("0.00", StatsTable.percent(0, 0));
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long whole = random.nextLong(1, 1_000_000);
            long part = random.nextLong(whole + 1);
            double percent = 100 * (double) part / whole;
            assertEquals(new BigDecimal(percent).setScale(2, RoundingMode.HALF_EVEN).toString(),
                    StatsTable.percent(part, whole), () -> String.format(Locale.ROOT, "%d of %d", part, whole));
        }
    }
}
