package dev.neon.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own load generator, of whatever major is installed. */
record Pgbench(List<String> program) {
    private static final Pattern TPS = Pattern.compile("(?s).*tps = ([0-9.]+) .*");

    static Optional<Pgbench> find(Lab lab) {
        return lab.find("pgbench").map(program -> new Pgbench(List.of(program.toString())));
    }

    /** The same, on some processors alone. */
    Pgbench on(Processors processors) {
        return new Pgbench(processors.running(program));
    }

    /** As the other, and reports that a benchmark goes without if there is none. */
    static Optional<Pgbench> find(Lab lab, Benchmark benchmark) {
        Optional<Pgbench> pgbench = find(lab);
        if (pgbench.isEmpty()) {
            lab.report().missing(benchmark.name(), "pgbench is not installed");
        }
        return pgbench;
    }

    void fill(int port, int scale) {
        run(port, "-i", "-q", "-s", "" + scale);
    }

    /** Transactions a second, without TLS, for which pgbench would ask. */
    double run(int port, String... options) {
        return run("disable", port, options);
    }

    /** As {@link #run}, behind TLS. */
    double encrypted(int port, String... options) {
        return run("require", port, options);
    }

    private double run(String sslMode, int port, String... options) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("-h", "127.0.0.1", "-p", "" + port, "-U", "postgres"));
        command.addAll(List.of(options));
        command.add("postgres");
        Matcher tps = TPS.matcher(Program.run(Path.of("/"), Map.of("LC_ALL", "C", "PGSSLMODE", sslMode), command).out());
        return tps.matches() ? Double.parseDouble(tps.group(1)) : 0;
    }
}
