package dev.neon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/** What the page server costs: between client and server, and before a first row where no server runs. */
final class Serving implements Benchmark {
    private static final String DIRECT = "directly";
    private static final String THROUGH = "through the page server";
    private static final String ENCRYPTED = "through the page server, TLS";
    private static final String BOUNCED = "through PgBouncer";

    @Override
    public String name() {
        return "pageserver";
    }

    @Override
    public String title() {
        return "pgbench -S through the page server and directly, interleaved; connecting where no server runs";
    }

    @Override
    public void run(Lab lab) {
        Optional<Pgbench> pgbench = Pgbench.find(lab, this);
        if (pgbench.isEmpty()) {
            return;
        }
        NeonRepository repository = NeonRepository.init(lab, "serving");
        int port = PlainServer.freePort();
        repository.neon("pageserver", "start", "--listen", "127.0.0.1:" + port, "--http", "off");
        lab.atEnd(() -> stop(repository));
        pgbench.get().fill(port, lab.scale(5, 20));
        int direct = repository.start("main");
        Optional<PgBouncer> bouncer = PgBouncer.start(lab, repository.sockets("main"), direct);
        if (bouncer.isEmpty()) {
            lab.report().missing(BOUNCED, "pgbouncer is not installed");
        }
        for (int clients : List.of(1, 4, 16)) {
            for (String protocol : List.of("simple", "prepared")) {
                throughput(lab, pgbench.get(), direct, port, bouncer, clients, protocol);
            }
        }
        withSpareProcessor(lab, pgbench.get(), repository, direct, port);
        latency(lab, pgbench.get(), direct, port);
        bouncer.ifPresent(PgBouncer::close);
        repository.neon("stop", "main");
        cold(lab, repository, port);
        fresh(lab, pgbench.get(), repository, port);
        stop(repository);
        repository.close();
    }

    private static void stop(NeonRepository repository) {
        if (Files.exists(repository.neonDirectory().resolve("run").resolve("pageserver"))) {
            repository.neon("pageserver", "stop");
        }
    }

    private static void throughput(Lab lab, Pgbench pgbench, int direct, int port, Optional<PgBouncer> bouncer, int clients, String protocol) {
        String[] options = options(lab, clients, protocol);
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put(DIRECT, i -> pgbench.run(direct, options));
        contestants.put(THROUGH, i -> pgbench.run(port, options));
        contestants.put(ENCRYPTED, i -> pgbench.encrypted(port, options));
        bouncer.ifPresent(there -> contestants.put(BOUNCED, i -> pgbench.run(there.port(), options)));
        String what = clients + (clients == 1 ? " client, " : " clients, ") + protocol + " protocol, ";
        Map<String, Samples> tps = Interleaved.run(lab, what, "TPS", contestants, lab.rounds(2, 15));
        lab.report().row("… through over directly", "×", tps.get(THROUGH).over(tps.get(DIRECT)), "≥ 0.85");
        if (bouncer.isPresent()) {
            lab.report().row("… PgBouncer over directly", "×", tps.get(BOUNCED).over(tps.get(DIRECT)));
        }
    }

    /** What is between has a processor of its own; client and server share another, directly as well. */
    private static void withSpareProcessor(Lab lab, Pgbench pgbench, NeonRepository repository, int direct, int port) {
        Optional<Processors> first = Processors.of(lab, "0");
        if (first.isEmpty() || Runtime.getRuntime().availableProcessors() < 2) {
            lab.report().missing("with a spare processor", "there is no taskset, or one processor only");
            return;
        }
        long server = repository.serverPid("main");
        long between = repository.pageServerPid();
        first.get().take(server);
        new Processors(first.get().taskset(), "1").take(between);
        for (int clients : List.of(4, 16)) {
            for (String protocol : List.of("simple", "prepared")) {
                String[] options = options(lab, clients, protocol);
                Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
                contestants.put(DIRECT, i -> pgbench.on(first.get()).run(direct, options));
                contestants.put(THROUGH, i -> pgbench.on(first.get()).run(port, options));
                Map<String, Samples> tps = Interleaved.run(contestants, lab.rounds(2, 15));
                String what = "client and server on one processor, the page server on another: " + clients + " clients, " + protocol + " protocol, ";
                tps.forEach((way, samples) -> lab.report().row(what + way, "TPS", samples));
                lab.report().row("… through over directly", "×", tps.get(THROUGH).over(tps.get(DIRECT)), "≥ 0.85");
            }
        }
        Processors everywhere = new Processors(first.get().taskset(), Processors.all());
        everywhere.take(server);
        everywhere.take(between);
    }

    private static String[] options(Lab lab, int clients, String protocol) {
        return new String[] {"-n", "-S", "-M", protocol, "-c", "" + clients, "-j", clients == 1 ? "1" : "2", "-T", "" + lab.scale(1, 3)};
    }

    private static void latency(Lab lab, Pgbench pgbench, int direct, int port) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put(DIRECT, i -> medianLatency(lab, pgbench, direct));
        contestants.put(THROUGH, i -> medianLatency(lab, pgbench, port));
        Map<String, Samples> micros = Interleaved.run(lab, "median latency of one client, ", "µs", contestants, lab.rounds(2, 15));
        lab.report().row("… added by the page server", "µs", micros.get(THROUGH).minus(micros.get(DIRECT)), "< 60");
    }

    private static double medianLatency(Lab lab, Pgbench pgbench, int port) {
        Path prefix = lab.path("latency");
        pgbench.run(port, "-n", "-S", "-c", "1", "-T", "" + lab.scale(1, 3), "-l", "--log-prefix=" + prefix);
        Samples latencies = new Samples();
        try (Stream<Path> files = Files.list(prefix.getParent())) {
            for (Path log : files.filter(file -> file.getFileName().toString().startsWith("latency.")).toList()) {
                try (Stream<String> lines = Files.lines(log)) {
                    lines.forEach(line -> latencies.add(Double.parseDouble(line.split(" ")[2])));
                }
                lab.delete(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return latencies.median();
    }

    /** The data directory is there, the server is not. */
    private static void cold(Lab lab, NeonRepository repository, int port) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("neon start and a first row", i -> stopping(repository, () -> repository.startToFirstQuery("main")));
        contestants.put("connect to a branch that was stopped, first row", i -> stopping(repository, () -> firstRow(port, "main")));
        Map<String, Samples> times = Interleaved.run(contestants, lab.rounds(2, 15));
        times.forEach((what, samples) -> lab.report().row(what, "ms", samples, what.startsWith("connect") ? "< 250" : ""));
    }

    private static void fresh(Lab lab, Pgbench pgbench, NeonRepository repository, int port) {
        repository.neon("branch", "large", "main");
        repository.neon("config", "set", "gc.auto", "false");
        pgbench.fill(repository.start("large"), lab.scale(10, 100));
        repository.neon("stop", "large");
        repository.neon("snapshot", "create", "large");
        Samples times = new Samples();
        for (int round = 0; round <= lab.rounds(1, 7); round++) {
            String branch = "fresh" + round;
            repository.neon("branch", branch, "large");
            double millis = stopping(repository, branch, () -> firstRow(port, branch));
            if (round > 0) {
                times.add(millis);
            }
            lab.delete(repository.dataDirectory(branch));
        }
        lab.report().row("connect to a new branch of " + lab.scale(150, 1500) + " MB, first row", "ms", times, "< 2000");
    }

    private interface Timed {
        double millis();
    }

    private static double stopping(NeonRepository repository, Timed timed) {
        return stopping(repository, "main", timed);
    }

    private static double stopping(NeonRepository repository, String branch, Timed timed) {
        double millis = timed.millis();
        repository.neon("stop", branch);
        return millis;
    }

    private static double firstRow(int port, String branch) {
        long begin = System.nanoTime();
        Sql.query(port, "postgres%40" + branch, "SELECT count(*) FROM pg_class");
        return (System.nanoTime() - begin) / 1e6;
    }
}
