package dev.neon.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * From a state A of a database to a later state B: what keeping B adds to a repository that has A, and how soon a server
 * is at B. Peers get the data directories of the very server that neon keeps, without the WAL before its last checkpoint.
 */
final class Deltas implements Benchmark {
    private static final Path POSTGRES_15 = Path.of("/usr/lib/postgresql/15/bin");
    private static final int PAGE = 8192;

    private final DeltaLoad load;

    Deltas(DeltaLoad load) {
        this.load = load;
    }

    @Override
    public String name() {
        return load.benchmark();
    }

    @Override
    public String title() {
        return load.title() + ": what B adds, and a server at B to its first query (PostgreSQL 15)";
    }

    @Override
    public void run(Lab lab) throws IOException {
        Optional<Pgbench> pgbench = Pgbench.find(lab);
        if (pgbench.isEmpty() || lab.find("pgbackrest").isEmpty() || lab.find("restic").isEmpty()
                || lab.find("borg").isEmpty() || lab.find("zstd").isEmpty()
                || !POSTGRES_15.resolve("postgres").toFile().canExecute()) {
            lab.report().missing(name(), "needs pgbackrest, restic, borg, zstd, pgbench and an installed PostgreSQL 15");
            return;
        }
        NeonRepository repository = NeonRepository.init(lab, "deltas", "--pg-bin", POSTGRES_15.toString());
        load.fill(lab, pgbench.get(), repository.start("main", settings()));
        repository.neon("stop", "main");
        repository.neon("snapshot", "create", "--full", "main");
        Path data = lab.path("deltas-data");
        copyStopped(lab, repository.dataDirectory("main"), data);
        PgBackRest pgBackRest = new PgBackRest(lab, data);
        pgBackRest.createOffline();
        Restic restic = Restic.init(lab, data);
        Borg borg = Borg.init(lab, data);
        pgBackRest.run("--no-online", "--type=full", "backup");
        restic.backup();
        borg.backup("a");
        long before = repository.lsn("main");
        load.change(lab, pgbench.get(), repository.start("main", settings()));
        repository.neon("stop", "main", "--mode", "immediate");
        double wal = (repository.lsn("main") - before) / 1e6;
        lab.report().row("WAL from A to B", "MB", new Samples().add(wal));
        Path crashed = lab.path("deltas-crashed");
        copy(lab, repository.dataDirectory("main"), crashed);
        repository.start("main", settings());
        repository.neon("stop", "main");
        Path old = lab.path("deltas-old");
        Program.run(lab.path("."), Map.of(), "mv", data.toString(), old.toString());
        copyStopped(lab, repository.dataDirectory("main"), data);
        peers(lab, old, data, pgBackRest, restic, borg);
        slice(lab, repository, wal);
        servers(lab, repository, old, crashed);
        restores(lab, pgBackRest, restic);
        repository.close();
        for (Path made : List.of(data, old, crashed, pgBackRest.repository(), lab.path("restic"), borg.repository())) {
            lab.delete(made);
        }
    }

    /** No checkpoint between A and B, so that all of the WAL is replayed by PostgreSQL in place. */
    private static String[] settings() {
        return new String[] {"-c", "max_wal_size=50GB", "-c", "checkpoint_timeout=1d", "-c", "autovacuum=off"};
    }

    /** With the times of the files: by them peers see what has not changed. */
    private static void copy(Lab lab, Path from, Path to) {
        Program.run(lab.path("."), Map.of(), "cp", "-rLp", from.toString(), to.toString());
        Program.run(lab.path("."), Map.of(), "rm", "-f", to.resolve("postmaster.pid").toString());
    }

    /** Neon keeps all WAL in pg_wal; PostgreSQL by itself would have removed what is before its last checkpoint. */
    private static void copyStopped(Lab lab, Path from, Path to) throws IOException {
        copy(lab, from, to);
        String first = Program.run(lab.path("."), Map.of("LC_ALL", "C"), POSTGRES_15.resolve("pg_controldata").toString(),
                to.toString()).out().replaceFirst("(?s).*REDO WAL file: +(\\w+).*", "$1");
        try (Stream<Path> segments = Files.list(to.resolve("pg_wal"))) {
            for (Path segment : segments.filter(Files::isRegularFile).toList()) {
                if (segment.getFileName().toString().compareTo(first) < 0) {
                    Files.delete(segment);
                }
            }
        }
    }

    private static void slice(Lab lab, NeonRepository repository, double wal) {
        for (String[] kind : new String[][] {{"all versions"}, {"last versions", "--last-only"}}) {
            Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
            Samples bytes = new Samples();
            for (String cpus : List.of("0", "0,1")) {
                String cores = cpus.equals("0") ? "one core" : "two cores";
                contestants.put("neon snapshot create, " + kind[0] + ", " + cores, i -> {
                    double seconds = snapshot(lab, repository, cpus, kind);
                    Path made = repository.newestSnapshot("main");
                    bytes.add(megabytes(made));
                    String name = made.getFileName().toString();
                    repository.neon("snapshot", "delete", "main@" + name.substring(0, 8) + "/" + name.substring(8));
                    return wal / seconds;
                });
            }
            Interleaved.run(contestants, lab.scale(1, 2)).forEach((what, rate) -> lab.report().row(what, "MB/s of WAL",
                    rate, what.endsWith("one core") ? "≥ 100" : ""));
            lab.report().row("neon: B adds, " + kind[0], "MB", bytes, "≤ a third of the least peer");
        }
        snapshot(lab, repository, "0,1");
    }

    private static double snapshot(Lab lab, NeonRepository repository, String cpus, String... kind) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", cpus, lab.neon().toString(), "snapshot",
                "create", "main"));
        command.addAll(Arrays.asList(kind).subList(Math.min(1, kind.length), kind.length));
        Rebuild.sync();
        return Program.run(repository.directory(), lab.environment(), command).millis() / 1000;
    }

    static double megabytes(Path tree) {
        return Double.parseDouble(Program.run(Path.of("/"), Map.of(), "du", "-s", "--apparent-size", "--block-size=1000",
                tree.toString()).out().split("\\s")[0]) / 1e3;
    }

    private static void servers(Lab lab, NeonRepository repository, Path old, Path crashed) {
        // In a repository, it is a link.
        lab.delete(old.resolve("pg_wal"));
        Program.run(lab.path("."), Map.of(), "ln", "-s",
                repository.newestSnapshot("main").getParent().resolveSibling("wal").toString(),
                old.resolve("pg_wal").toString());
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("neon start, data directory removed, to the first query", i -> {
            lab.delete(repository.dataDirectory("main"));
            Rebuild.sync();
            double seconds = repository.startToFirstQuery("main") / 1000;
            repository.neon("stop", "main", "--mode", "immediate");
            return seconds;
        });
        contestants.put("neon start, data directory of A there, to the first query", i -> {
            lab.delete(repository.dataDirectory("main"));
            Program.run(lab.path("."), Map.of(), "cp", "-a", old.toString(), repository.dataDirectory("main").toString());
            Rebuild.sync();
            double seconds = repository.startToFirstQuery("main") / 1000;
            repository.neon("stop", "main", "--mode", "immediate");
            return seconds;
        });
        contestants.put("PostgreSQL's own replay in place", i -> {
            Path copy = lab.path("deltas-replayed");
            Rebuild.copy(lab, crashed, copy);
            Rebuild.sync();
            long begin = System.nanoTime();
            PlainServer server = PlainServer.start(lab, POSTGRES_15, copy, "recovery_init_sync_method=syncfs",
                    "max_wal_size=50GB");
            Sql.query(server.port(), "SELECT count(*) FROM pg_class");
            double seconds = (System.nanoTime() - begin) / 1e9;
            server.stop();
            lab.delete(copy);
            return seconds;
        });
        Map<String, Samples> times = Interleaved.run(contestants, lab.scale(1, 3));
        times.forEach((what, seconds) -> lab.report().row(what, "s", seconds));
        List<Samples> all = List.copyOf(times.values());
        lab.report().row("… neon, anew, over the replay of its round", "×", all.get(0).over(all.get(2)), "≤ 0.25");
        lab.report().row("… neon, from A, over the replay of its round", "×", all.get(1).over(all.get(2)), "≤ 0.25");
    }

    private static void peers(Lab lab, Path old, Path data, PgBackRest pgBackRest, Restic restic, Borg borg)
            throws IOException {
        added(lab, "pgbackrest incremental, zstd: B adds", pgBackRest.repository(),
                () -> pgBackRest.run("--no-online", "--type=incr", "backup"));
        added(lab, "restic: B adds", lab.path("restic"), restic::backup);
        added(lab, "borg, zstd 3: B adds", borg.repository(), () -> borg.backup("b"));
        Path changed = lab.path("deltas-changed");
        changedPages(old, data, changed);
        lab.report().row("zstd -3 of the changed pages", "MB", new Samples().add(zstd("cat '" + changed + "'")));
        lab.report().row("zstd -3 of the WAL", "MB",
                new Samples().add(zstd("cat '" + lab.path("deltas-crashed").resolve("pg_wal") + "'/0*")));
        Files.delete(changed);
    }

    private static void added(Lab lab, String what, Path repository, Runnable backup) {
        double before = megabytes(repository);
        backup.run();
        lab.report().row(what, "MB", new Samples().add(megabytes(repository) - before));
    }

    private static double zstd(String source) {
        return Double.parseDouble(Program.run(Path.of("/"), Map.of(), "sh", "-c", source + " | zstd -3 -c | wc -c").out()
                .strip()) / 1e6;
    }

    private static void changedPages(Path old, Path data, Path target) throws IOException {
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                Stream<Path> files = Files.walk(data.resolve("base"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path before = old.resolve(data.relativize(file));
                byte[] now = Files.readAllBytes(file);
                byte[] then = Files.exists(before) ? Files.readAllBytes(before) : new byte[0];
                for (int at = 0; at < now.length; at += PAGE) {
                    int end = Math.min(at + PAGE, now.length);
                    if (end > then.length || !Arrays.equals(now, at, end, then, at, end)) {
                        out.write(ByteBuffer.wrap(now, at, end - at));
                    }
                }
            }
        }
    }

    private static void restores(Lab lab, PgBackRest pgBackRest, Restic restic) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("pgbackrest restore, postgres, to the first query",
                i -> started(lab, "restored" + i, pgBackRest::restoreOffline));
        contestants.put("restic restore, postgres, to the first query", i -> started(lab, "restored" + i, restic::restore));
        Interleaved.run(contestants, lab.scale(1, 3)).forEach((what, times) -> lab.report().row(what, "s", times,
                "neon: at most half of the faster"));
    }

    private static double started(Lab lab, String name, UnaryOperator<Path> restore) {
        Rebuild.sync();
        Path target = lab.path(name);
        long begin = System.nanoTime();
        PlainServer server = PlainServer.start(lab, POSTGRES_15, restore.apply(target));
        Sql.query(server.port(), "SELECT count(*) FROM pg_class");
        double seconds = (System.nanoTime() - begin) / 1e9;
        server.stop();
        lab.delete(target);
        return seconds;
    }
}
