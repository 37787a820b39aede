package dev.neon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Page versions in layers: how small, how fast. The versions are those of a server that writes each page as it is after
 * each record into its WAL ({@code wal_consistency_checking}). {@link LayerMeasure} measures, in a JVM of its own with
 * both compilers.
 */
final class Layers implements Benchmark {
    private static final Path BINARIES = Path.of("/usr/lib/postgresql/15/bin");

    @Override
    public String name() {
        return "layers";
    }

    @Override
    public String title() {
        return "page versions in layers, one core, files in the page cache (PostgreSQL 15)";
    }

    @Override
    public void run(Lab lab) throws IOException {
        Optional<Pgbench> pgbench = Pgbench.find(lab);
        if (!Files.isExecutable(BINARIES.resolve("postgres")) || pgbench.isEmpty()) {
            lab.report().missing(name(), "PostgreSQL 15 or pgbench is not installed");
            return;
        }
        Path data = PlainServer.initdb(lab, BINARIES, "layers");
        PlainServer server = PlainServer.start(lab, BINARIES, data, "wal_keep_size=64GB", "max_wal_size=64GB",
                "checkpoint_timeout=1d", "fsync=off", "synchronous_commit=off", "wal_consistency_checking=all");
        pgbench.get().fill(server.port(), lab.scale(1, 5));
        Sql.execute(server.port(), "CREATE TABLE o (id bigint PRIMARY KEY, k uuid DEFAULT gen_random_uuid(), name text,"
                + " note text, amount numeric)", "CREATE INDEX ON o (k)", "CREATE INDEX ON o (name)",
                "INSERT INTO o SELECT i, gen_random_uuid(), md5(i::text), repeat(md5(random()::text), 1 + i % 5),"
                        + " random() * 1000 FROM generate_series(1, 20000) i", "CHECKPOINT");
        String from = Sql.query(server.port(), "SELECT pg_current_wal_insert_lsn()");
        pgbench.get().run(server.port(), "-n", "-c", "2", "-t", "" + lab.scale(200, 5000));
        Path script = lab.path("orders.sql");
        Files.writeString(script, """
                \\set id random(1, 20000)
                \\set n random(1, 1000000000)
                UPDATE o SET amount = amount + 1 WHERE id = :id;
                INSERT INTO o (id, name, note) VALUES (1000000 + :n, md5(:n::text), repeat(md5(:n::text), 2))
                    ON CONFLICT DO NOTHING;
                """);
        pgbench.get().run(server.port(), "-n", "-c", "2", "-t", "" + lab.scale(200, 3000), "-f", script.toString());
        Sql.execute(server.port(), "VACUUM");
        String system = Sql.query(server.port(), "SELECT system_identifier FROM pg_control_system()");
        server.stop();
        measure(lab, data.resolve("pg_wal"), from, system);
        lab.delete(data);
    }

    private static void measure(Lab lab, Path wal, String from, String system) {
        Path source = Path.of(System.getProperty("neon.root"), "bench/src/dev/neon/bench/LayerMeasure.java");
        List<String> command = new ArrayList<>(List.of(lab.java().toString(), "-XX:+UseSerialGC", "-Xmx4g",
                "--enable-native-access=ALL-UNNAMED", "-Dstdout.encoding=UTF-8", "-cp",
                System.getProperty("java.class.path"), source.toString(),
                wal.toString(), from, system, lab.path("written").toString(), "" + lab.rounds(2, 5)));
        for (String line : Program.run(lab.path("."), Map.of("LC_ALL", "C"), command).out().lines().toList()) {
            String[] fields = line.split("\t");
            Samples samples = new Samples();
            for (String value : fields[3].split(" ")) {
                samples.add(Double.parseDouble(value));
            }
            lab.report().row(fields[0], fields[1], samples, fields[2]);
        }
    }
}
