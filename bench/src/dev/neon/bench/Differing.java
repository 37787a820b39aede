package dev.neon.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * What differs between a branch and what it was made of: a table of 10 million rows, 100 of which are changed at random
 * places. Beside it what one does without neon: both servers print the table in order, and diff compares.
 */
final class Differing implements Benchmark {
    @Override
    public String name() {
        return "diff";
    }

    @Override
    public String title() {
        return "100 changed rows of a large table";
    }

    @Override
    public void run(Lab lab) {
        int rows = lab.scale(100_000, 10_000_000);
        NeonRepository repository = NeonRepository.init(lab, "diff");
        int main = repository.start("main", "-c", "max_wal_size=4GB");
        Sql.execute(main, "CREATE TABLE big (id int PRIMARY KEY, account int NOT NULL, amount numeric(12,2) NOT NULL, note text)",
                "INSERT INTO big SELECT i, i % 1000, i / 100.0, 'note ' || i FROM generate_series(1, " + rows + ") i",
                "VACUUM ANALYZE big");
        repository.neon("snapshot", "create", "main");
        repository.neon("branch", "try", "main");
        int other = repository.start("try");
        Sql.execute(other, "SELECT setseed(0.5)", "UPDATE big SET amount = amount + 1 WHERE id IN"
                + " (SELECT DISTINCT 1 + floor(random() * " + (rows - 1) + ")::int FROM generate_series(1, 101) LIMIT 100)");
        lab.report().row("rows", "millions", new Samples().add(rows / 1e6));
        lab.report().row("the table's file", "MB",
                new Samples().add(Long.parseLong(Sql.query(main, "SELECT pg_relation_size('big')")) / 1e6));
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        contestants.put("neon diff main try", i -> repository.neon("diff", "main", "try").millis());
        contestants.put("neon diff main try -- big", i -> rowsOf(repository, "diff", "main", "try", "--", "big"));
        contestants.put("neon diff --format sql main try -- big", i ->
                repository.neon("diff", "--format", "sql", "main", "try", "--", "big").millis());
        contestants.put("neon diff --schema main try", i -> repository.neon("diff", "--schema", "main", "try").millis());
        Interleaved.run(contestants, lab.scale(1, 11)).forEach((what, times) -> lab.report().row(what, "ms", times,
                what.endsWith("-- big") ? "≤ 2000" : ""));
        Samples whole = new Samples();
        for (int i = 0; i < lab.scale(1, 3); i++) {
            whole.add(printBoth(lab, main, other));
        }
        lab.report().row("both printed in order, and diff", "ms", whole);
        repository.close();
    }

    /** Fails if it is not right. */
    private static double rowsOf(NeonRepository repository, String... words) {
        Program.Result result = repository.neon(words);
        if (!result.out().contains("changed")) {
            throw new IllegalStateException(result.out());
        }
        return result.millis();
    }

    private static double printBoth(Lab lab, int main, int other) {
        long begin = System.nanoTime();
        List.of(main, other).forEach(port -> Sql.execute(port, "COPY (SELECT * FROM big ORDER BY id) TO '"
                + lab.path("rows-" + port) + "'"));
        Program.run(lab.path("."), Map.of(), "sh", "-c", "diff '" + lab.path("rows-" + main) + "' '" + lab.path("rows-" + other)
                + "' | wc -l");
        return (System.nanoTime() - begin) / 1e6;
    }
}
