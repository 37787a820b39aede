package dev.neon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What snapshots of a small and of a larger cluster take: memory, and what a delta of the same changes costs. The launcher bounds
 * the heap, so that it suffices is shown by the snapshots' coming into being.
 */
final class Memory implements Benchmark {
    /** What a snapshot of a cluster took. */
    private record Cost(double seconds, double peakMegabytes, double bytesMegabytes) {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String title() {
        return "neon snapshot create on a small and a large cluster: memory, and a delta of the same changes";
    }

    @Override
    public void run(Lab lab) throws IOException {
        Optional<Pgbench> pgbench = Pgbench.find(lab);
        Optional<Path> time = lab.find("time");
        if (pgbench.isEmpty() || time.isEmpty()) {
            lab.report().missing(name(), "pgbench or GNU time is not installed");
            return;
        }
        Cost small = measure(lab, pgbench.get(), time.get(), "small", 0);
        Cost large = measure(lab, pgbench.get(), time.get(), "large", lab.scale(20_000, 1_150_000));
        row(lab, "delta, large over small: time", "×", large.seconds() / small.seconds(), "1");
        row(lab, "delta, large over small: bytes", "×", large.bytesMegabytes() / small.bytesMegabytes(), "1");
    }

    /** @param others rows of a table that nobody changes, each of a page of its own */
    private static Cost measure(Lab lab, Pgbench pgbench, Path time, String name, int others) throws IOException {
        NeonRepository repository = NeonRepository.init(lab, "memory-" + name);
        int port = repository.start("main", settings());
        pgbench.fill(port, lab.scale(2, 68));
        Sql.execute(port, "CREATE TABLE others WITH (fillfactor = 10) AS SELECT i, repeat(md5(i::text), 24) AS note"
                + " FROM generate_series(1, " + others + ") i", "CHECKPOINT");
        row(lab, name + ": databases", "MB", Double.parseDouble(Sql.query(port,
                "SELECT sum(pg_database_size(oid)) FROM pg_database")) / 1e6, "");
        repository.neon("stop", "main");
        Cost image = snapshot(lab, repository, time, "--full");
        row(lab, name + ": image, peak memory of the process, mapped files included", "MB", image.peakMegabytes(), "");
        row(lab, name + ": image, time", "s", image.seconds(), "");
        row(lab, name + ": image, size", "MB", image.bytesMegabytes(), "");
        long before = repository.lsn("main");
        Sql.execute(repository.start("main", settings()),
                "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid % 20 = 0");
        repository.neon("stop", "main");
        row(lab, name + ": WAL since", "MB", (repository.lsn("main") - before) / 1e6, "");
        Cost delta = snapshot(lab, repository, time);
        row(lab, name + ": delta, peak memory of the process, mapped files included", "MB", delta.peakMegabytes(), "");
        row(lab, name + ": delta, time", "s", delta.seconds(), "");
        row(lab, name + ": delta, size", "MB", delta.bytesMegabytes(), "");
        repository.close();
        return delta;
    }

    private static String[] settings() {
        return new String[] {"-c", "max_wal_size=50GB", "-c", "checkpoint_timeout=1d", "-c", "autovacuum=off", "-c",
            "fsync=off"};
    }

    private static Cost snapshot(Lab lab, NeonRepository repository, Path time, String... options) throws IOException {
        Path peak = lab.path("peak");
        List<String> command = new ArrayList<>(List.of(time.toString(), "-f", "%M", "-o", peak.toString(),
                lab.neon().toString(), "snapshot", "create", "main"));
        command.addAll(List.of(options));
        Rebuild.sync();
        double seconds = Program.run(repository.directory(), lab.environment(), command).millis() / 1000;
        return new Cost(seconds, Long.parseLong(Files.readString(peak).strip()) / 1e3,
                Deltas.megabytes(repository.newestSnapshot("main")));
    }

    private static void row(Lab lab, String what, String unit, double value, String goal) {
        lab.report().row(what, unit, new Samples().add(value), goal);
    }
}
