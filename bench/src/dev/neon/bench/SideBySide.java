package dev.neon.bench;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A server on a branch and one on a plain data directory under the same load at the same moment. They take processor and
 * disk from each other, but so does a busy machine take them from both: its noise leaves the ratio nearly alone. What
 * one's fsync costs the other on a shared journal stays hidden; {@link Throughput} measures one after the other.
 */
final class SideBySide implements Benchmark {
    @Override
    public String name() {
        return "together";
    }

    @Override
    public String title() {
        return "pgbench TPC-B, 4 clients on each of two servers at the same time, fsync on";
    }

    @Override
    public void run(Lab lab) {
        Optional<Pgbench> found = Pgbench.find(lab, this);
        if (found.isEmpty()) {
            return;
        }
        Pgbench pgbench = found.get();
        NeonRepository repository = NeonRepository.init(lab, "together");
        pgbench.fill(repository.start("main"), lab.scale(5, 20));
        repository.neon("stop", "main");
        Path data = lab.path("together-plain");
        Rebuild.copy(lab, repository.dataDirectory("main"), data);
        int branch = repository.start("main");
        PlainServer plain = PlainServer.start(lab, lab.binaries(), data);
        Samples onBranch = new Samples();
        Samples onPlain = new Samples();
        for (int round = 0; round <= lab.rounds(2, 9); round++) {
            Sql.execute(branch, "CHECKPOINT");
            Sql.execute(plain.port(), "CHECKPOINT");
            Rebuild.sync();
            String seconds = "" + lab.scale(4, 12);
            var other = CompletableFuture.supplyAsync(() -> load(pgbench, plain.port(), seconds));
            double tps = load(pgbench, branch, seconds);
            if (round > 0) {
                onBranch.add(tps);
                onPlain.add(other.join());
            }
            other.join();
        }
        lab.report().row("plain data directory", "TPS", onPlain);
        lab.report().row("neon branch", "TPS", onBranch);
        lab.report().row("… over the plain one of its round", "×", onBranch.over(onPlain), "≥ 0.98");
        plain.stop();
        repository.close();
        lab.delete(data);
    }

    private static double load(Pgbench pgbench, int port, String seconds) {
        return pgbench.run(port, "-n", "-c", "4", "-j", "1", "-T", seconds);
    }
}
