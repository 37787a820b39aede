package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.WalReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All WAL of PostgreSQL's own regression tests and of pgbench: the directory that {@code NEON_WAL_CORPUS} names holds
 * it, made by {@code testdata/wal-corpus/regress}. Writes {@code docs/wal-coverage.md} anew.
 */
@Tag("nightly")
class WalCorpusTest {
    @TempDir
    Path home;

    @Test
    void everyLineIsThatOfWaldumpAndEveryRecordIsDecoded() throws Exception {
        List<WalCorpus> corpora = WalCorpus.all();
        assumeFalse(corpora.isEmpty(), WalCorpus.VARIABLE + " names no directory of corpora");
        WalCoverage coverage = new WalCoverage();
        StringBuilder read = new StringBuilder();
        for (WalCorpus corpus : corpora) {
            try (WalReader reader = WalReader.from(corpus.source(), corpus.first())) {
                long records = coverage.readAll(reader, corpus.major());
                read.append(row("regression tests and pgbench", corpus.major().number(), records,
                        reader.end().minus(corpus.first()), compare(corpus)));
            }
        }
        for (int major : TestPostgres.majors().toArray()) {
            Path directory = Files.createDirectory(home.resolve(Integer.toString(major)));
            try (WalWorkload workload = WalWorkload.run(directory, major);
                    WalReader reader = WalReader.from(workload.wal(), workload.first())) {
                long records = coverage.readAll(reader, PostgresMajor.of(major));
                read.append(row("`workload.sql`", major, records, reader.end().minus(workload.first()), ""));
            }
        }
        write(coverage, read.toString());
    }

    private static String compare(WalCorpus corpus) throws IOException, InterruptedException {
        Optional<PgWaldump> waldump = PgWaldump.find(corpus.major().number());
        if (waldump.isEmpty()) {
            return "no pg_waldump";
        }
        long lines = 0;
        for (boolean details : new boolean[] {false, true}) {
            Differences differences = waldump.get().compare(corpus.source(), corpus.wal(), corpus.first(), details);
            differences.assertNone("lines of corpus " + corpus.name());
            lines += differences.compared() - 1;
        }
        return String.format(Locale.ROOT, "%,d", lines);
    }

    private static String row(String what, int major, long records, long bytes, String lines) {
        return String.format(Locale.ROOT, "| PostgreSQL %d, %s | %,d | %,d | %s |%n", major, what, records, bytes >> 20,
                lines);
    }

    private static void write(WalCoverage coverage, String read) throws IOException {
        StringBuilder text = new StringBuilder("""
                # Which records were seen

                Written by `WalCorpusTest`, not by hand: it reads the WAL of PostgreSQL's own regression tests and of
                pgbench, which `testdata/wal-corpus/regress` keeps, and that of `workload.sql`. Every record was decoded
                without a byte left over. Where a `pg_waldump` of the major was at hand, all that it prints was
                compared, line by line, once without and once with `--bkp-details`. What `workload.sql` writes is compared by
                `WalOracleTest` with pg_walinspect of 15 to 18 as well; for 14, `RedoContextTest` asks its recovery.

                | WAL | records | MB | lines equal to those of pg_waldump |
                | --- | ---: | ---: | ---: |
                """);
        text.append(read).append("\n## Never seen here\n\n");
        for (PostgresMajor major : PostgresMajor.values()) {
            text.append("- PostgreSQL ").append(major).append(": ")
                    .append(String.join(", ", coverage.unseen(major))).append('\n');
        }
        text.append("""

                `RecoveryRecordsTest` has servers write OVERWRITE_CONTRECORD and END_OF_RECOVERY, and compares those of
                15 to 18.
                PostgreSQL never writes NOOP, nor HOT_UPDATE+INIT, since the old tuple is on the page as well.

                ## Records by type and major

                A dash: the major has no such type.

                """);
        Files.writeString(TestPostgres.jars().resolve("../../docs/wal-coverage.md").normalize(),
                text.append(coverage.table()));
    }
}
