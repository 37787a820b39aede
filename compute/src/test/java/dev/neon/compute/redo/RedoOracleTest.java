package dev.neon.compute.redo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.wal.WalCorpus;
import dev.neon.compute.wal.WalWorkload;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every page after every record of the workload, beside the image that a real server has put into the record, and beside
 * its files at the end. {@code -Dredo.rmgr=Btree,Hash} does the records of these managers only, {@code
 * -Dtest.majors=17} takes one major only, {@code -Dredo.coverage=true} writes {@code docs/redo-coverage.md} anew.
 */
class RedoOracleTest {
    private static final RedoCoverage COVERAGE = new RedoCoverage();

    @TempDir
    Path home;


    private static Predicate<String> managers() {
        String names = System.getProperty("redo.rmgr", "");
        return names.isEmpty() ? name -> true
                : name -> Arrays.stream(names.split(",")).anyMatch(name::equalsIgnoreCase);
    }

    /** What the server is to put images into, as its setting has it: those of the managers that are done suffice. */
    private static String checked() {
        String names = System.getProperty("redo.rmgr", "");
        return names.isEmpty() ? "all" : Arrays.stream(names.toLowerCase(Locale.ROOT).split(","))
                .filter(name -> !name.equals("xlog") && !name.equals("storage")).collect(Collectors.joining(","));
    }

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void pagesAreThoseOfPostgres(int major) throws Exception {
        Path before = home.resolve("before");
        try (WalWorkload workload = WalWorkload.run(home, TestPostgres.major(major),
                data -> BasePages.copy(data, before), "wal_consistency_checking = '" + checked() + "'",
                "wal_init_zero = off", "wal_recycle = off")) {
            workload.cluster().stop();
            RedoTally tally = compare("`workload.sql`", workload.wal(), workload.first(), before, workload.data());
            assertEquals(List.of(), formsNotIn(tally));
        }
    }

    /** Those of PostgreSQL's own regression tests; {@code testdata/wal-corpus/checked} makes their WAL. */
    @Test
    @Tag("nightly")
    void pagesOfTheRegressionTestsAreThoseOfPostgres() {
        List<WalCorpus> corpora = WalCorpus.all().stream().filter(corpus -> corpus.before().isPresent()).toList();
        assumeFalse(corpora.isEmpty(), WalCorpus.VARIABLE + " names no directory of checked corpora");
        for (WalCorpus corpus : corpora) {
            compare("regression tests `" + corpus.name() + "`", corpus.source(), corpus.first(),
                    corpus.before().orElseThrow(), corpus.data());
        }
    }

    /** @param data of the server, which has stopped */
    static RedoTally compare(String what, WalSource wal, Lsn first, Path before, Path data) {
        PostgresMajor major = wal.major();
        RedoTally tally = new RedoTally();
        ClusterPages pages = new ClusterPages(major, before);
        LostMaps lostMaps;
        long records;
        long start = System.nanoTime();
        try (WalReader reader = WalReader.from(wal, first);
                RedoOracle oracle = new RedoOracle(major, pages, tally, managers())) {
            records = oracle.walk(reader);
            lostMaps = oracle.lostMaps();
        }
        FilesCheck files = new FilesCheck(major, data, tally, lostMaps);
        files.compare(pages, managers());
        System.out.println("PostgreSQL " + major + ", " + what + ": " + records + " records in "
                + (System.nanoTime() - start) / 1_000_000 + " ms\n" + tally.report()
                + "\npages with another LSN, by their last record: " + files.lsns());
        COVERAGE.add(what, major, records, tally);
        assertEquals(List.of(), tally.wrongTypes(),
                () -> tally.wrong() + " of " + tally.compared() + " pages are wrong");
        return tally;
    }

    /** Those of {@code block-forms.txt} of which no page was compared. */
    private static List<String> formsNotIn(RedoTally tally) throws IOException {
        try (InputStream forms = RedoOracleTest.class.getResourceAsStream("block-forms.txt")) {
            return new String(forms.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(form -> managers().test(form.substring(0, form.indexOf(' '))))
                    .filter(form -> !tally.forms().contains(form)).toList();
        }
    }

    @AfterAll
    static void tell() throws IOException {
        System.out.println(COVERAGE.page());
        if (Boolean.getBoolean("redo.coverage") && !COVERAGE.isEmpty()) {
            Files.writeString(TestPostgres.jars().resolve("../../docs/redo-coverage.md").normalize(), COVERAGE.page());
        }
    }
}
