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
 * gc and fsck where there is much data, beside what backup tools have for it. Nothing in it can be compressed. One after
 * the other, each with as many states of as many bytes, and its data is deleted before the next one's are made. The
 * system forgets the files before they are read.
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
        neon(lab, data, states);
        pgBackRest(lab, data, states);
        restic(lab, stateMegabytes, states);
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
    private static void neon(Lab lab, Path data, int states) throws IOException {
        NeonRepository repository = NeonRepository.init(lab, "collected", "--from", data.toString(), "--pg-bin",
                POSTGRES_15.toString());
        repository.neon("config", "set", "gc.auto", "false");
        repository.neon("config", "set", "gc.reflogExpire", "0s");
        int port = repository.start("main");
        Samples making = new Samples();
        // The image of main is the first state.
        for (int i = 1; i < states; i++) {
            Sql.execute(port, insert(CHANGED_ROWS));
            repository.neon("branch", "made" + i, "main");
            making.add(repository.neon("snapshot", "create", "--full", "made" + i).millis() / 1000);
        }
        repository.neon("stop", "main");
        lab.report().row("neon snapshot create --full, one state", "s", making);
        Path stored = repository.neonDirectory().resolve("timelines");
        double megabytes = stored(lab, "neon", states, stored);
        read(lab, "neon fsck --full", stored, megabytes, lab.rounds(1, 3), () -> repository.neon("fsck", "--full").millis());
        read(lab, "neon fsck, known", stored, 0, lab.rounds(1, 3), () -> repository.neon("fsck").millis());
        List<String> half = new ArrayList<>(List.of("branch", "-D"));
        for (int i = 1; i < states; i += 2) {
            half.add("made" + i);
        }
        repository.neon(half.toArray(String[]::new));
        read(lab, "neon gc --dry-run, half to remove", stored, 0, lab.rounds(1, 3),
                () -> repository.neon("gc", "--dry-run").millis());
        read(lab, "neon gc --prune=now, half to remove", stored, 0, 1,
                () -> repository.neon("gc", "--prune", "now").millis());
        freed(lab, megabytes, stored);
        read(lab, "neon fsck after it", stored, 0, lab.rounds(1, 3), () -> repository.neon("fsck").millis());
        repository.close();
    }

    private static void pgBackRest(Lab lab, Path data, int states) throws IOException {
        PgBackRest pgBackRest = new PgBackRest(lab, data);
        PlainServer server = PlainServer.start(lab, POSTGRES_15, data, pgBackRest.settings());
        pgBackRest.create(server.port());
        Samples making = new Samples();
        for (int i = 0; i < states; i++) {
            Sql.execute(server.port(), insert(CHANGED_ROWS));
            making.add(pgBackRest.run("--type=full", "--no-expire-auto", "backup") / 1000);
        }
        server.stop();
        lab.report().row("pgbackrest backup --type=full, one state", "s", making);
        Path stored = pgBackRest.repository();
        double megabytes = stored(lab, "pgbackrest", states, stored);
        read(lab, "pgbackrest verify, 2 processes", stored, megabytes, lab.rounds(1, 3), () -> pgBackRest.run("verify"));
        read(lab, "pgbackrest expire, half to remove", stored, 0, 1,
                () -> pgBackRest.run("--repo1-retention-full=" + (states - states / 2), "expire"));
        freed(lab, megabytes, stored);
        lab.delete(stored);
        lab.delete(data);
    }

    /** It stores what is the same once only, so each of its states is made of other random files. */
    private static void restic(Lab lab, int stateMegabytes, int states) throws IOException {
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
        double megabytes = stored(lab, "restic", states, stored);
        // Once only: it takes the longest.
        read(lab, "restic check --read-data", stored, megabytes, 1, () -> restic.run("check", "--read-data"));
        read(lab, "restic forget --prune, half to remove", stored, 0, 1,
                () -> restic.run("forget", "--keep-last", "" + (states - states / 2), "--prune"));
        freed(lab, megabytes, stored);
        lab.delete(stored);
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

    private static void freed(Lab lab, double before, Path stored) {
        lab.report().row("… freed", "GB", new Samples().add((before - Deltas.megabytes(stored)) / 1000));
    }

    /**
     * Measures with nothing of {@code stored} in memory.
     *
     * @param megabytes what is read, for a second row; 0 for none
     */
    private static void read(Lab lab, String what, Path stored, double megabytes, int rounds, DoubleSupplier millis)
            throws IOException {
        Samples seconds = new Samples();
        Samples rate = new Samples();
        for (int round = 0; round < rounds; round++) {
            Rebuild.sync();
            PageCache.forget(stored, SMALL);
            System.err.println("load average " + Machine.load());
            seconds.add(millis.getAsDouble() / 1000);
            rate.add(megabytes / seconds.at(round));
        }
        lab.report().row(what, "s", seconds);
        if (megabytes > 0) {
            lab.report().row("… a second", "MB/s", rate);
        }
    }
}
