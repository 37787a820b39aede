package dev.neon.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * Points named by what happened there, in a long history. All of the WAL is written by a server, for some minutes: two
 * sessions commit small transactions as fast as they can, of a few kB each, so there are millions of records to be read
 * and millions of transactions to be told apart. Nothing is copied or repeated.
 */
final class Moments implements Benchmark {
    private static final long GB = 1L << 30;

    @Override
    public String name() {
        return "moments";
    }

    @Override
    public String title() {
        return "points by time and transaction in a long history";
    }

    @Override
    public void run(Lab lab) throws IOException {
        NeonRepository repository = NeonRepository.init(lab, "moments");
        int port = repository.start("main", "-c", "synchronous_commit=off", "-c", "max_wal_size=4GB");
        Sql.execute(port, "CREATE TABLE one (a int PRIMARY KEY, b text)",
                "CREATE TABLE two (a int PRIMARY KEY, b text)", """
                CREATE PROCEDURE write(target text, bytes numeric) LANGUAGE plpgsql AS $$
                DECLARE
                  begun pg_lsn := pg_current_wal_lsn();
                  filler text := repeat('the quick brown fox ', 20);
                BEGIN
                  FOR round IN 1 .. 2000000000 LOOP
                    EXECUTE format('INSERT INTO %I SELECT $1 * 5 + g, $2 FROM generate_series(1, 5) g', target)
                      USING round, filler;
                    COMMIT;
                    IF round % 100000 = 0 THEN EXECUTE format('TRUNCATE %I', target); COMMIT; END IF;
                    EXIT WHEN round % 1000 = 0 AND pg_current_wal_lsn() - begun > bytes;
                  END LOOP;
                  EXECUTE format('TRUNCATE %I', target);
                END $$""");
        Instant begun = Instant.now();
        write(port, lab.scale(1, 80) * GB / 8);
        String middle = Sql.query(port, "SELECT clock_timestamp()");
        String middleXid = Sql.query(port, "SELECT pg_current_xact_id()::xid");
        Sql.execute(port, "SELECT pg_create_restore_point('the middle')");
        write(port, lab.scale(1, 80) * GB / 8);
        String xid = Sql.query(port, "SELECT pg_current_xact_id()::xid");
        lab.report().row("WAL of the history", "GB",
                new Samples().add(Double.parseDouble(Sql.query(port, "SELECT pg_current_wal_lsn() - '0/0'")) / 1e9));
        lab.report().row("transactions in it", "millions", new Samples().add(Long.parseLong(xid) / 1e6));

        build(lab, repository);
        awaitAge(begun, lab.quick() ? Duration.ofSeconds(6) : Duration.ofMinutes(5).plusSeconds(5));
        ask(lab, repository, List.of("now", lab.quick() ? "5 seconds ago" : "5 minutes ago", middle, "the middle",
                "xid:" + middleXid, "xid:" + xid));
        update(lab, repository, port);
        repository.close();
    }

    private static void write(int port, long bytes) {
        List<Thread> sessions = List.of(
                Thread.startVirtualThread(() -> Sql.execute(port, "CALL write('one', " + bytes + ")")),
                Thread.startVirtualThread(() -> Sql.execute(port, "CALL write('two', " + bytes + ")")));
        try {
            for (Thread session : sessions) {
                session.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** A time to be asked for is to be in the history, also where 20 GB are written in four minutes. */
    private static void awaitAge(Instant begun, Duration age) {
        try {
            Thread.sleep(Duration.between(Instant.now(), begun.plus(age)));
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Path timeline(NeonRepository repository) {
        return repository.neonDirectory().resolve("timelines").resolve(repository.timeline("main"));
    }

    private static double megabytes(Lab lab, Path tree) {
        return Double.parseDouble(Program.run(lab.path("."), Map.of(), "du", "-s", "--apparent-size",
                "--block-size=1000", tree.toString()).out().split("\\s")[0]) / 1e3;
    }

    private static void build(Lab lab, NeonRepository repository) {
        Path timeline = timeline(repository);
        double wal = megabytes(lab, timeline.resolve("wal"));
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("the first question, which makes the index", i -> {
            lab.delete(timeline.resolve("wal-index"));
            return wal / repository.neon("rev-parse", "main@{now}").millis() * 1000;
        });
        contestants.put("cat of the same segments", i -> wal / Program.run(lab.path("."), Map.of(), "sh", "-c",
                "cat '" + timeline.resolve("wal") + "'/0* > /dev/null").millis() * 1000);
        Interleaved.run(contestants, lab.scale(1, 3)).forEach((what, rate) -> lab.report().row(what, "MB/s", rate));
        lab.report().row("the index", "MB", new Samples().add(megabytes(lab, timeline.resolve("wal-index"))));
    }

    private static void ask(Lab lab, NeonRepository repository, List<String> questions) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("neon rev-parse HEAD", i -> repository.neon("rev-parse", "HEAD").millis());
        for (String words : questions) {
            contestants.put("neon rev-parse main@{" + words + "}",
                    i -> repository.neon("rev-parse", "main@{" + words + "}").millis());
        }
        if (hasLog(repository)) {
            contestants.put("neon log -20", i -> repository.neon("log", "-20", "main").millis());
        } else {
            lab.report().missing("neon log -20", "there is no such command");
        }
        Interleaved.run(contestants, lab.scale(2, 15)).forEach((what, times) -> lab.report().row(what, "ms", times,
                what.endsWith("HEAD") ? "" : "≤ 500"));
    }

    private static boolean hasLog(NeonRepository repository) {
        try {
            repository.neon("log", "--help");
            return true;
        } catch (IllegalStateException unknown) {
            return false;
        }
    }

    private static void update(Lab lab, NeonRepository repository, int port) {
        Samples times = new Samples();
        for (int run = 0; run < lab.scale(1, 3); run++) {
            write(port, 100 << 20);
            times.add(repository.neon("rev-parse", "main@{now}").millis());
        }
        lab.report().row("the first question after 100 MB more of WAL", "ms", times, "≤ 500");
    }
}
