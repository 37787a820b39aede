package dev.neon.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/** Whether a server on a branch is as fast as the same server on a plain data directory of the same content. */
final class Throughput implements Benchmark {
    private static final String PLAIN = "plain data directory";
    private static final String NEON = "neon branch";

    @Override
    public String name() {
        return "tps";
    }

    @Override
    public String title() {
        return "pgbench TPC-B, 8 clients, interleaved, fsync on";
    }

    @Override
    public void run(Lab lab) {
        Optional<Pgbench> pgbench = Pgbench.find(lab, this);
        if (pgbench.isEmpty()) {
            return;
        }
        NeonRepository repository = NeonRepository.init(lab, "tps");
        pgbench.get().fill(repository.start("main"), lab.scale(5, 20));
        repository.neon("stop", "main");
        Path plain = copied(lab, repository, "tps-plain");
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put(PLAIN, i -> plain(lab, pgbench.get(), plain));
        contestants.put(NEON, i -> {
            double tps = measure(lab, pgbench.get(), repository.start("main"));
            repository.neon("stop", "main");
            return tps;
        });
        Map<String, Samples> tps = Interleaved.run(lab, "", "TPS", contestants, lab.rounds(2, 9));
        lab.report().row("… over the plain one of its round", "×", tps.get(NEON).over(tps.get(PLAIN)), "≥ 0.98");
        repository.close();
        lab.delete(plain);
    }

    private static Path copied(Lab lab, NeonRepository repository, String name) {
        Path copy = lab.path(name);
        Rebuild.copy(lab, repository.dataDirectory("main"), copy);
        return copy;
    }

    private static double plain(Lab lab, Pgbench pgbench, Path data) {
        PlainServer server = PlainServer.start(lab, lab.binaries(), data);
        double tps = measure(lab, pgbench, server.port());
        server.stop();
        return tps;
    }

    /** The buffers are warmed, and what the one before left is written, before the clock runs. */
    private static double measure(Lab lab, Pgbench pgbench, int port) {
        pgbench.run(port, "-n", "-S", "-c", "2", "-T", "1");
        Sql.execute(port, "VACUUM pgbench_branches, pgbench_tellers", "CHECKPOINT");
        Rebuild.sync();
        return pgbench.run(port, "-n", "-c", "8", "-j", "2", "-T", "" + lab.scale(4, 12));
    }
}
