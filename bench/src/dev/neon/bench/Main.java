package dev.neon.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code bench/run}. */
final class Main {
    private static final List<Benchmark> ALL = List.of(new Commands(), new Starting(), new BranchCost(), new Rebuild(),
            new Throughput(), new SideBySide(), new Moments(), new WalReading(), new Layers(),
            new Deltas(DeltaLoad.TRANSACTIONS), new Deltas(DeltaLoad.DOCUMENTS), new Memory(), new Reaching(),
            new Differing(), new Collecting(), new CollectingData(), new Synchronising(), new Serving(), new Peers());
    private static final String USAGE = """
            usage: bench/run [--quick] [--rounds <n>] [--dir <directory>] [<benchmark>...]

            Measures neon and prints a table; docs/benchmarks.md explains it.

              --quick  few runs of small sizes: shows that the benchmarks work
              --rounds how often tps and together run each pair; small differences want many
              --dir    where the temporary directory is made, and so the file system
            """;

    private Main() {}

    public static void main(String[] words) throws Exception {
        boolean quick = false;
        int rounds = 0;
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        List<Benchmark> chosen = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            switch (word) {
                case "--quick" -> quick = true;
                case "--rounds" -> rounds = i + 1 < words.length ? Integer.parseInt(words[++i]) : 0;
                case "--dir" -> parent = i + 1 < words.length ? Path.of(words[++i]).toAbsolutePath() : parent;
                default -> ALL.stream().filter(benchmark -> benchmark.name().equals(word)).findFirst()
                        .ifPresentOrElse(chosen::add, Main::usage);
            }
        }
        System.exit(measure(quick, rounds, parent, chosen.isEmpty() ? ALL : chosen));
    }

    private static int measure(boolean quick, int rounds, Path parent, List<Benchmark> chosen) throws Exception {
        Lab lab = new Lab(Path.of(System.getProperty("neon.root")), Files.createTempDirectory(parent, "neon-bench"),
                quick, rounds);
        Thread ending = new Thread(lab::close);
        Runtime.getRuntime().addShutdownHook(ending);
        System.out.println(Machine.describe(lab.path(".")));
        String loadBefore = Machine.load();
        int failed = 0;
        for (Benchmark benchmark : chosen) {
            lab.report().section(benchmark.title());
            System.err.println("load average " + Machine.load());
            try {
                benchmark.run(lab);
            } catch (RuntimeException e) {
                failed++;
                e.printStackTrace();
                lab.report().missing(benchmark.name(), "it failed");
            }
        }
        System.out.println("load average before: " + loadBefore + ", after: " + Machine.load() + "\n");
        lab.report().print();
        return failed == 0 ? 0 : 1;
    }

    private static void usage() {
        System.err.print(USAGE);
        System.err.println("\nbenchmarks:");
        ALL.forEach(benchmark -> System.err.printf("  %-12s%s%n", benchmark.name(), benchmark.title()));
        System.exit(2);
    }
}
