package dev.neon.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;

/** The same two jobs done with backup tools: to keep a state, and to have a server at it again. */
final class Peers implements Benchmark {
    private static final Path POSTGRES_15 = Path.of("/usr/lib/postgresql/15/bin");

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public String title() {
        return "peers: keep a state, and a server at that state to its first query (PostgreSQL 15)";
    }

    @Override
    public void run(Lab lab) {
        Optional<Pgbench> pgbench = Pgbench.find(lab);
        if (pgbench.isEmpty() || lab.find("pgbackrest").isEmpty() || lab.find("restic").isEmpty()
                || !POSTGRES_15.resolve("postgres").toFile().canExecute()) {
            lab.report().missing(name(), "needs pgbackrest, restic, pgbench and an installed PostgreSQL 15");
            return;
        }
        NeonRepository repository = NeonRepository.init(lab, "peers", "--pg-bin", POSTGRES_15.toString());
        pgbench.get().fill(repository.start("main"), lab.scale(5, 20));
        repository.neon("stop", "main");
        Path data = lab.path("peers-plain");
        Rebuild.copy(lab, repository.dataDirectory("main"), data);
        Path stopped = lab.path("peers-stopped");
        Rebuild.copy(lab, repository.dataDirectory("main"), stopped);
        repository.start("main");
        PgBackRest pgBackRest = new PgBackRest(lab, data);
        PlainServer plain = PlainServer.start(lab, POSTGRES_15, data, pgBackRest.settings());
        pgBackRest.create(plain.port());
        Restic restic = Restic.init(lab, stopped);
        keep(lab, repository, pgBackRest, restic);
        repository.neon("snapshot", "create", "main");
        repository.neon("tag", "kept", "main");
        // From here on the state to be had again is in the past.
        pgbench.get().run(repository.start("main"), "-n", "-c", "4", "-t", "" + lab.scale(200, 5000));
        pgbench.get().run(plain.port(), "-n", "-c", "4", "-t", "" + lab.scale(200, 5000));
        haveAgain(lab, repository, pgBackRest, restic);
        plain.stop();
        repository.close();
        lab.delete(data);
        lab.delete(stopped);
    }

    private static void keep(Lab lab, NeonRepository repository, PgBackRest pgBackRest, Restic restic) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("neon tag", i -> repository.neon("tag", "k" + i).millis() / 1000);
        contestants.put("neon snapshot create, running", i -> {
            Rebuild.sync();
            return repository.neon("snapshot", "create", "main").millis() / 1000;
        });
        contestants.put("pgbackrest backup --type=full, running, zstd, 2 processes", i -> {
            Rebuild.sync();
            return pgBackRest.run("--type=full", "backup") / 1000;
        });
        contestants.put("pgbackrest backup --type=incr", i -> pgBackRest.run("--type=incr", "backup") / 1000);
        contestants.put("restic backup of a stopped data directory, the first excepted", i -> restic.backup() / 1000);
        Interleaved.run(contestants, lab.scale(1, 3)).forEach((what, times) -> lab.report().row(what, "s", times));
    }

    private static void haveAgain(Lab lab, NeonRepository repository, PgBackRest pgBackRest, Restic restic) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("neon start --read-only <tag>", i -> {
            Rebuild.sync();
            long begin = System.nanoTime();
            Sql.query(repository.start("kept", "--read-only"), "SELECT count(*) FROM pgbench_branches");
            double seconds = (System.nanoTime() - begin) / 1e9;
            repository.neon("stop", "kept");
            return seconds;
        });
        contestants.put("neon branch <name> <tag>, neon start", i -> {
            Rebuild.sync();
            long begin = System.nanoTime();
            repository.neon("branch", "again" + i, "kept");
            Sql.query(repository.start("again" + i), "SELECT count(*) FROM pgbench_branches");
            double seconds = (System.nanoTime() - begin) / 1e9;
            repository.neon("stop", "again" + i);
            lab.delete(repository.dataDirectory("again" + i));
            return seconds;
        });
        contestants.put("pgbackrest restore, postgres", i -> started(lab, "restored" + i, pgBackRest::restore));
        contestants.put("restic restore, postgres", i -> started(lab, "restored" + i, restic::restore));
        Interleaved.run(contestants, lab.scale(1, 5)).forEach((what, times) -> lab.report().row(what, "s", times));
    }

    /** Restores a data directory, and removes it when a server on it has answered. */
    private static double started(Lab lab, String name, UnaryOperator<Path> restore) {
        Rebuild.sync();
        Path target = lab.path(name);
        long begin = System.nanoTime();
        Path data = restore.apply(target);
        PlainServer server = PlainServer.start(lab, POSTGRES_15, data);
        Sql.query(server.port(), "SELECT count(*) FROM pgbench_branches");
        double seconds = (System.nanoTime() - begin) / 1e9;
        server.stop();
        lab.delete(target);
        return seconds;
    }
}
