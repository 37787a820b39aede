package dev.neon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/** What branching a small and a large running database writes, and how long it takes. */
final class BranchCost implements Benchmark {
    private static final int ROWS_OF_A_GIGABYTE = 900_000;
    private static final String WIDE =
            "INSERT INTO wide SELECT g, repeat(md5(g::text), 34) FROM generate_series(%d, %d) g";

    @Override
    public String name() {
        return "branch";
    }

    @Override
    public String title() {
        return "neon branch on a running server, a small and a large database";
    }

    @Override
    public void run(Lab lab) throws IOException {
        NeonRepository small = NeonRepository.init(lab, "small");
        NeonRepository large = NeonRepository.init(lab, "large");
        int port = large.start("main", "-c", "max_wal_size=20GB", "-c", "synchronous_commit=off");
        fill(port, lab.quick() ? 0.1 : 5);
        int smallPort = small.start("main");
        lab.report().row("database size, small", "MB", new Samples().add(megabytes(smallPort)));
        lab.report().row("database size, large", "MB", new Samples().add(megabytes(port)));
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("neon branch, small", i -> small.neon("branch", "b" + i).millis());
        contestants.put("neon branch, large", i -> large.neon("branch", "b" + i).millis());
        Map<String, Samples> times = Interleaved.run(contestants, lab.scale(3, 15));
        times.forEach((what, samples) -> lab.report().row(what, "ms", samples));
        lab.report().row("large over small, time", "×", times.get("neon branch, large")
                .over(times.get("neon branch, small")), "1");
        for (NeonRepository repository : List.of(small, large)) {
            String size = repository == small ? "small" : "large";
            writes(lab, repository, size);
        }
        small.close();
        large.close();
    }

    private static void writes(Lab lab, NeonRepository repository, String size) throws IOException {
        Path trace = lab.path("trace");
        Optional<Path> strace = lab.find("strace");
        if (strace.isEmpty()) {
            lab.report().missing("bytes written, " + size, "strace is not installed");
            return;
        }
        Samples bytes = new Samples();
        for (int i = 0; i < lab.scale(2, 5); i++) {
            Program.run(repository.directory(), lab.environment(), strace.get().toString(), "-f", "-qq", "-y", "-e",
                    "trace=write,pwrite64,writev,pwritev,ftruncate,fallocate,copy_file_range,sendfile", "-o",
                    trace.toString(), lab.neon().toString(), "branch", "traced" + i);
            bytes.add(WrittenBytes.below(repository.neonDirectory(), Files.readAllLines(trace)));
        }
        Files.delete(trace);
        lab.report().row("bytes that neon branch writes below .neon, " + size, "bytes", bytes, "< 10 000");
    }

    private static void fill(int port, double gigabytes) {
        Sql.execute(port, "CREATE TABLE wide (id int, filler text)",
                "ALTER TABLE wide ALTER filler SET STORAGE PLAIN");
        int rows = (int) (gigabytes * ROWS_OF_A_GIGABYTE);
        int half = rows / 2;
        Sql.execute(port, WIDE.formatted(1, half), WIDE.formatted(half + 1, rows));
    }

    private static double megabytes(int port) {
        return Double.parseDouble(Sql.query(port, "SELECT sum(pg_database_size(oid)) / 1e6 FROM pg_database"));
    }
}
