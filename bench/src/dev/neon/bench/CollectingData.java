package dev.neon.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * gc and fsck where there is much data, beside what backup tools have for it. Nothing in it can be compressed. All have as
 * many states of as many bytes; what reads them runs in turn, neon's beside one peer's after the other, since the disk has
 * no room for all three. The system forgets the files before they are read.
 */
final class CollectingData implements Benchmark {
    private static final Path POSTGRES_15 = Path.of("/usr/lib/postgresql/15/bin");
    /** What each is to store; with 50, making the states of all three takes longer than all other benchmarks. */
    private static final int GIGABYTES = 20;
    private static final int ROW_BYTES = 100 << 10;
    private static final int CHANGED_ROWS = 10;
    /** Files below this are not forgotten: many, with few bytes in all. */
    private static final int SMALL = 1 << 20;
    /** As neon's layers. */
    private static final int FILE_BYTES = 134_000_000;

    /**
     * A command that reads what is stored.
     *
     * @param megabytes stored
     */
    private record Reading(String what, Path stored, double megabytes, DoubleSupplier millis) {
        double seconds() throws IOException {
            Rebuild.sync();
            PageCache.forget(stored, SMALL);
            System.err.println("load average " + Machine.load());
            return millis.getAsDouble() / 1000;
        }

        void report(Lab lab, Samples seconds) {
            Samples rate = new Samples();
            for (int run = 0; run < seconds.runs(); run++) {
                rate.add(megabytes / seconds.at(run));
            }
            lab.report().row(what, "s", seconds);
            lab.report().row("… a second", "MB/s", rate);
        }
    }

    @Override
    public String name() {
        return "collect-data";
    }

    @Override
    public String title() {
        return "gc and fsck of " + GIGABYTES + " GB of layers (making 50 takes too long), beside pgbackrest verify and"
                + " restic check --read-data";
    }

    @Override
    public void run(Lab lab) throws IOException {
        if (lab.find("pgbackrest").isEmpty() || lab.find("restic").isEmpty()
                || !POSTGRES_15.resolve("postgres").toFile().canExecute()) {
            lab.report().missing(name(), "needs pgbackrest, restic and an installed PostgreSQL 15");
            return;
        }
        int rows = lab.scale(1_000, 15_000);
        int stateMegabytes = (int) (rows * (long) ROW_BYTES / 1_000_000);
        int states = lab.scale(1, GIGABYTES) * 1000 / stateMegabytes;
        Path data = fill(lab, rows);
        NeonRepository repository = neon(lab, data, states);
        Path stored = repository.neonDirectory().resolve("timelines");
        Reading full = new Reading("neon fsck --full", stored, stored(lab, "neon", states, stored),
                () -> repository.neon("fsck", "--full").millis());
        pgBackRest(lab, data, states, full);
        restic(lab, stateMegabytes, states, full);
        collect(lab, repository, states, full);
        repository.close();
    }

    /** A stopped cluster with rows of random bytes; they are too long to lie in the table's pages. */
    private static Path fill(Lab lab, int rows) {
        Path data = PlainServer.initdb(lab, POSTGRES_15, "collected-data");
        PlainServer server = PlainServer.start(lab, POSTGRES_15, data, "wal_level=minimal", "max_wal_senders=0",
                "fsync=off");
        Sql.execute(server.port(), "CREATE EXTENSION pgcrypto", "BEGIN", "CREATE TABLE noise (content bytea)",
                "ALTER TABLE noise ALTER content SET STORAGE EXTERNAL", insert(rows), "COMMIT");
        server.stop();
        return data;
    }

    private static String insert(int rows) {
        return "INSERT INTO noise SELECT string_agg(gen_random_bytes(1024), '') FROM generate_series(1, " + rows
                + ") i, generate_series(1, " + ROW_BYTES / 1024 + ") GROUP BY i";
    }

    /** A branch from each state of main, with an image of its own. */
    private static NeonRepository neon(Lab lab, Path data, int states) {
        NeonRepository repository = NeonRepository.init(lab, "collected", "--from", data.toString(), "--pg-bin",
                POSTGRES_15.toString());
        repository.neon("config", "set", "gc.auto", "false");
        repository.neon("config", "set", "gc.reflogExpire", "0s");
        int port = repository.start("main", "-c", "autovacuum=off");
        Samples making = new Samples();
        // The image of main is the first state.
        for (int i = 1; i < states; i++) {
            Sql.execute(port, insert(CHANGED_ROWS));
            repository.neon("branch", "made" + i, "main");
            making.add(repository.neon("snapshot", "create", "--full", "made" + i).millis() / 1000);
        }
        repository.neon("stop", "main");
        lab.report().row("neon snapshot create --full, one state", "s", making);
        return repository;
    }

    private static void pgBackRest(Lab lab, Path data, int states, Reading neon) throws IOException {
        PgBackRest pgBackRest = new PgBackRest(lab, data);
        List<String> settings = new ArrayList<>(List.of(pgBackRest.settings()));
        settings.add("autovacuum=off");
        PlainServer server = PlainServer.start(lab, POSTGRES_15, data, settings.toArray(String[]::new));
        pgBackRest.create(server.port());
        Samples making = new Samples();
        for (int i = 0; i < states; i++) {
            Sql.execute(server.port(), insert(CHANGED_ROWS));
            making.add(pgBackRest.run("--type=full", "--no-expire-auto", "backup") / 1000);
        }
        server.stop();
        lab.report().row("pgbackrest backup --type=full, one state", "s", making);
        Path stored = pgBackRest.repository();
        Reading verify = new Reading("pgbackrest verify, 2 processes", stored, stored(lab, "pgbackrest", states, stored),
                () -> pgBackRest.run("verify"));
        beside(lab, lab.rounds(1, 3), neon, verify);
        remove(lab, "pgbackrest expire, half to remove", verify,
                () -> pgBackRest.run("--repo1-retention-full=" + (states - states / 2), "expire"));
        lab.delete(stored);
        lab.delete(data);
    }

    /** It stores what is the same once only, so each of its states is made of other random files. */
    private static void restic(Lab lab, int stateMegabytes, int states, Reading neon) throws IOException {
        Path state = Files.createDirectory(lab.path("collected-state"));
        Restic restic = Restic.init(lab, state);
        Samples making = new Samples();
        for (int i = 0; i < states; i++) {
            write(state, stateMegabytes * 1_000_000L, new SplittableRandom(i));
            making.add(restic.backup() / 1000);
        }
        lab.delete(state);
        lab.report().row("restic backup of random files as large, one state", "s", making);
        Path stored = restic.repository();
        Reading check = new Reading("restic check --read-data", stored, stored(lab, "restic", states, stored),
                () -> restic.run("check", "--read-data"));
        // Once only: it takes the longest.
        beside(lab, 1, neon, check);
        remove(lab, "restic forget --prune, half to remove", check,
                () -> restic.run("forget", "--keep-last", "" + (states - states / 2), "--prune"));
        lab.delete(stored);
    }

    private static void collect(Lab lab, NeonRepository repository, int states, Reading full) throws IOException {
        again(lab, "neon fsck, known", () -> repository.neon("fsck").millis());
        List<String> half = new ArrayList<>(List.of("branch", "-D"));
        for (int i = 1; i < states; i += 2) {
            half.add("made" + i);
        }
        repository.neon(half.toArray(String[]::new));
        again(lab, "neon gc --dry-run, half to remove", () -> repository.neon("gc", "--dry-run").millis());
        remove(lab, "neon gc --prune=now, half to remove", full, () -> repository.neon("gc", "--prune", "now").millis());
        again(lab, "neon fsck after it", () -> repository.neon("fsck").millis());
    }

    private static void again(Lab lab, String what, DoubleSupplier millis) {
        Samples seconds = new Samples();
        for (int round = 0; round < lab.rounds(1, 3); round++) {
            seconds.add(millis.getAsDouble() / 1000);
        }
        lab.report().row(what, "s", seconds);
    }

    /** Neon's and a peer's in turn, the other first in each next round. */
    private static void beside(Lab lab, int rounds, Reading neon, Reading peer) throws IOException {
        Samples ours = new Samples();
        Samples theirs = new Samples();
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                ours.add(neon.seconds());
            }
            theirs.add(peer.seconds());
            if (round % 2 == 1) {
                ours.add(neon.seconds());
            }
        }
        neon.report(lab, ours);
        peer.report(lab, theirs);
        lab.report().row("… neon, over that of its round, time", "×", ours.over(theirs));
    }

    /** Once, as what is removed is gone. */
    private static void remove(Lab lab, String what, Reading reading, DoubleSupplier millis) {
        Rebuild.sync();
        lab.report().row(what, "s", new Samples().add(millis.getAsDouble() / 1000));
        lab.report().row("… freed", "GB",
                new Samples().add((reading.megabytes() - Deltas.megabytes(reading.stored())) / 1000));
    }

    private static void write(Path directory, long bytes, SplittableRandom random) throws IOException {
        byte[] block = new byte[1_000_000];
        long left = bytes;
        for (int file = 0; left > 0; file++) {
            try (OutputStream out = Files.newOutputStream(directory.resolve("layer-" + file))) {
                for (int at = 0; at < FILE_BYTES && left > 0; at += block.length) {
                    random.nextBytes(block);
                    out.write(block);
                    left -= block.length;
                }
            }
        }
    }

    private static double stored(Lab lab, String who, int states, Path stored) {
        double megabytes = Deltas.megabytes(stored);
        lab.report().row(who + " stores, " + states + " states", "GB", new Samples().add(megabytes / 1000));
        return megabytes;
    }
}
