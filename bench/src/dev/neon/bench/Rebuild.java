package dev.neon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/** Replaying WAL after a crash and the loss of the data directory; a long history; copies. */
final class Rebuild implements Benchmark {
    @Override
    public String name() {
        return "rebuild";
    }

    @Override
    public String title() {
        return "rebuild from a snapshot and WAL; a long history; snapshots";
    }

    @Override
    public void run(Lab lab) throws IOException {
        Optional<Pgbench> pgbench = Pgbench.find(lab, this);
        if (pgbench.isEmpty()) {
            return;
        }
        NeonRepository repository = NeonRepository.init(lab, "rebuild");
        int port = repository.start("main", "-c", "max_wal_size=50GB", "-c", "checkpoint_timeout=1d",
                "-c", "synchronous_commit=off");
        pgbench.get().fill(port, lab.scale(5, 50));
        repository.neon("snapshot", "create", "main");
        String from = Sql.query(port, "SELECT redo_lsn FROM pg_control_checkpoint()");
        pgbench.get().run(port, "-c", "8", "-j", "2", "-t", "" + lab.scale(500, 20_000));
        double megabytes = Double.parseDouble(Sql.query(port,
                "SELECT (pg_current_wal_flush_lsn() - '" + from + "') / 1e6"));
        killAll(repository);
        Path crashed = lab.path("crashed");
        copy(lab, repository.dataDirectory("main"), crashed);
        rebuilds(lab, repository, crashed, megabytes);
        longHistory(lab, repository);
        snapshots(lab, repository);
        repository.close();
        lab.delete(crashed);
    }

    private static void rebuilds(Lab lab, NeonRepository repository, Path crashed, double megabytes) {
        lab.report().row("WAL to be replayed", "MB", new Samples().add(megabytes));
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("PostgreSQL in place after kill -9", i -> {
            Path data = lab.path("replayed");
            copy(lab, crashed, data);
            sync();
            long begin = System.nanoTime();
            PlainServer server = PlainServer.start(lab, lab.binaries(), data, "recovery_init_sync_method=syncfs");
            double seconds = (System.nanoTime() - begin) / 1e9;
            server.stop();
            lab.delete(data);
            return seconds;
        });
        contestants.put("neon start, data directory removed", i -> {
            lab.delete(repository.dataDirectory("main"));
            sync();
            double seconds = repository.startToFirstQuery("main") / 1000;
            repository.neon("stop", "main");
            return seconds;
        });
        Interleaved.run(contestants, lab.scale(1, 3)).forEach((what, seconds) -> {
            lab.report().row(what, "s", seconds);
            Samples rate = new Samples();
            for (int run = 0; run < seconds.runs(); run++) {
                rate.add(megabytes / seconds.at(run));
            }
            lab.report().row("… WAL a second", "MB/s", rate);
        });
    }

    private static void longHistory(Lab lab, NeonRepository repository) throws IOException {
        NeonRepository small = NeonRepository.init(lab, "short");
        try (var segments = Files.list(repository.neonDirectory().resolve("timelines")
                .resolve(repository.timeline("main")).resolve("wal"))) {
            lab.report().row("segments of the long history", "files",
                    new Samples().add(segments.filter(file -> file.getFileName().toString().length() == 24).count()));
        }
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("neon rev-parse main, one segment", i -> small.neon("rev-parse", "main").millis());
        contestants.put("neon rev-parse main, long history", i -> repository.neon("rev-parse", "main").millis());
        Interleaved.run(contestants, lab.scale(3, 21)).forEach((what, times) -> lab.report().row(what, "ms", times));
        small.close();
    }

    private static void snapshots(Lab lab, NeonRepository repository) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("cp -r and sync of the data directory without pg_wal", i -> {
            Path copy = lab.path("copied");
            long begin = System.nanoTime();
            Program.run(lab.path("."), Map.of(), "cp", "-r", repository.dataDirectory("main").toString(), copy.toString());
            sync();
            double seconds = (System.nanoTime() - begin) / 1e9;
            lab.delete(copy);
            return seconds;
        });
        contestants.put("neon snapshot create, stopped", i -> {
            repository.start("main");
            repository.neon("stop", "main");
            return snapshot(repository);
        });
        contestants.put("neon snapshot create, running", i -> {
            repository.start("main");
            double seconds = snapshot(repository);
            repository.neon("stop", "main");
            return seconds;
        });
        double megabytes = Double.parseDouble(Program.run(lab.path("."), Map.of(), "du", "-s", "--block-size=1000000",
                repository.dataDirectory("main").toString()).out().split("\\s")[0]);
        Interleaved.run(contestants, lab.scale(1, 4)).forEach((what, seconds) -> {
            Samples rate = new Samples();
            for (int run = 0; run < seconds.runs(); run++) {
                rate.add(megabytes / seconds.at(run));
            }
            lab.report().row(what + ", " + Samples.shown(megabytes) + " MB", "MB/s", rate);
        });
    }

    /** Takes a snapshot and removes it again, so that the disk does not fill. */
    private static double snapshot(NeonRepository repository) {
        sync();
        Program.Result taken = repository.neon("snapshot", "create", "main");
        repository.neon("snapshot", "delete", "main@" + taken.out().strip().replaceFirst(".* at ", ""));
        return taken.millis() / 1000;
    }

    /** What an out-of-memory killer does at its worst: every process of the server at once. */
    private static void killAll(NeonRepository repository) throws IOException {
        long postmaster = Long.parseLong(Files.readAllLines(repository.dataDirectory("main").resolve("postmaster.pid"))
                .getFirst().strip());
        ProcessHandle server = ProcessHandle.of(postmaster).orElseThrow();
        var children = server.descendants().toList();
        server.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
        server.onExit().join();
    }

    /** With the links followed: pg_wal becomes a directory, the settings files. */
    static void copy(Lab lab, Path from, Path to) {
        Program.run(lab.path("."), Map.of(), "cp", "-rL", from.toString(), to.toString());
        Program.run(lab.path("."), Map.of(), "rm", "-f", to.resolve("postmaster.pid").toString());
    }

    static void sync() {
        Program.run(Path.of("/"), Map.of(), "sync");
    }
}
