package dev.neon.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** Making repositories, and the way from a command to the answer of a first query. */
final class Starting implements Benchmark {
    @Override
    public String name() {
        return "start";
    }

    @Override
    public String title() {
        return "init, and start to the first query (a fresh cluster)";
    }

    @Override
    public void run(Lab lab) {
        NeonRepository repository = NeonRepository.init(lab, "starting");
        inits(lab);
        repository.start("main");
        lab.report().row("neon tag <name>", "ms",
                Interleaved.run(Map.of("tag", i -> repository.neon("tag", "t" + i).millis()), lab.scale(3, 21)).get("tag"));
        repository.neon("stop", "main");
        starts(lab, repository);
        repository.close();
    }

    private static void inits(Lab lab) {
        Path binaries = lab.binaries();
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("neon init, PostgreSQL unpacked before", i -> timed(lab, i, "neon",
                () -> Program.run(lab.path("."), lab.environment(), lab.neon().toString(), "init", "neon" + i)));
        contestants.put("initdb --no-sync", i -> timed(lab, i, "initdb",
                () -> PlainServer.initdb(lab, binaries, "initdb" + i)));
        contestants.put("git init", i -> timed(lab, i, "git",
                () -> Program.run(lab.path("."), Map.of(), "git", "init", "-q", "git" + i)));
        Interleaved.run(contestants, lab.scale(2, 9)).forEach((what, times) -> lab.report().row(what, "ms", times));
    }

    private static double timed(Lab lab, int run, String made, Runnable work) {
        long begin = System.nanoTime();
        work.run();
        double millis = (System.nanoTime() - begin) / 1e6;
        lab.delete(lab.path(made + run));
        return millis;
    }

    private static void starts(Lab lab, NeonRepository repository) {
        Path binaries = lab.binaries();
        Path data = PlainServer.initdb(lab, binaries, "plain");
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("pg_ctl start, plain data directory", i -> pgCtl(lab, binaries, data));
        contestants.put("postgres itself, plain data directory", i -> postgres(lab, binaries, data));
        contestants.put("neon start, data directory there", i -> stopping(repository, "main"));
        contestants.put("neon start, fresh branch", i -> {
            repository.neon("branch", "fresh" + i, "main");
            return stopping(repository, "fresh" + i);
        });
        contestants.put("neon start, data directory removed", i -> {
            lab.delete(repository.dataDirectory("main"));
            return stopping(repository, "main");
        });
        Interleaved.run(contestants, lab.scale(2, 11)).forEach((what, times) -> lab.report().row(what, "ms", times));
        lab.delete(data);
    }

    private static double stopping(NeonRepository repository, String branch) {
        double millis = repository.startToFirstQuery(branch);
        repository.neon("stop", branch);
        return millis;
    }

    private static double postgres(Lab lab, Path binaries, Path data) {
        long begin = System.nanoTime();
        PlainServer server = PlainServer.start(lab, binaries, data);
        double millis = (System.nanoTime() - begin) / 1e6;
        server.stop();
        return millis;
    }

    private static double pgCtl(Lab lab, Path binaries, Path data) {
        int port = PlainServer.freePort();
        List<String> start = lab.asServer(List.of(binaries.resolve("pg_ctl").toString(), "start", "-w", "-s", "-D",
                data.toString(), "-l", data.resolveSibling("pg_ctl.log").toString(), "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -k " + data));
        List<String> stop = lab.asServer(List.of(binaries.resolve("pg_ctl").toString(), "stop", "-s", "-m", "fast",
                "-D", data.toString()));
        long begin = System.nanoTime();
        try {
            Program.run(lab.path("."), Map.of(), start);
            Sql.query(port, "SELECT count(*) FROM pg_class");
            return (System.nanoTime() - begin) / 1e6;
        } finally {
            Program.run(lab.path("."), Map.of(), stop);
        }
    }
}
