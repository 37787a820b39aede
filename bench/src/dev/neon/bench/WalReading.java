package dev.neon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code neon wal stats} and {@code pg_waldump --stats} over the same files, which both read and check in full and sum up
 * in the same table. A process's start and its compiler are in neon's time.
 */
final class WalReading implements Benchmark {
    private static final String WALDUMP = "pg_waldump --stats, one core";
    private static final String NEON = "neon wal stats, one core";
    private static final String NEON_TWO = "neon wal stats, two cores";
    private static final String WALDUMP_LINES = "pg_waldump, every record's line";
    private static final String NEON_LINES = "neon wal dump, every record's line";
    private static final Pattern TOTAL = Pattern.compile("(?s).*\\nTotal +(\\d+) .* (\\d+) \\[100%\\]\\s*");

    /** A stretch of WAL; LSNs. */
    private record Stretch(String what, Path directory, String from, String to) {}

    @Override
    public String name() {
        return "wal";
    }

    @Override
    public String title() {
        return "reading WAL, files in the page cache (PostgreSQL 15)";
    }

    @Override
    public void run(Lab lab) throws IOException {
        Path binaries = Path.of("/usr/lib/postgresql/15/bin");
        Optional<Path> taskset = lab.find("taskset");
        if (!Files.isExecutable(binaries.resolve("pg_waldump")) || taskset.isEmpty()) {
            lab.report().missing(name(), "PostgreSQL 15 or taskset is not installed");
            return;
        }
        Path data = PlainServer.initdb(lab, binaries, "wal");
        PlainServer server = PlainServer.start(lab, binaries, data, "wal_keep_size=64GB", "max_wal_size=64GB",
                "checkpoint_timeout=1d", "fsync=off", "synchronous_commit=off", "shared_buffers=512MB",
                "autovacuum=off");
        Pgbench pgbench = new Pgbench(List.of(binaries.resolve("pgbench").toString()));
        pgbench.fill(server.port(), lab.scale(5, 100));
        List<Stretch> stretches = List.of(images(lab, pgbench, server, data, 1), images(lab, pgbench, server, data, 5),
                records(lab, server, data));
        server.stop();
        stretches.forEach(stretch -> measure(lab, binaries, taskset.get(), stretch));
        lab.delete(data);
    }

    /**
     * Nearly all of it is page images: most pages are changed for the first time after a checkpoint. The start of a process
     * and its compilers are in the time; several times the length shows how much that is.
     */
    private static Stretch images(Lab lab, Pgbench pgbench, PlainServer server, Path data, int checkpoints) {
        Sql.execute(server.port(), "CHECKPOINT");
        String from = position(server);
        for (int i = 0; i < checkpoints; i++) {
            Sql.execute(server.port(), "CHECKPOINT");
            pgbench.run(server.port(), "-n", "-c", "8", "-j", "2", "-t", "" + lab.scale(500, 25_000));
        }
        return new Stretch("image-heavy, " + checkpoints + (checkpoints == 1 ? " checkpoint" : " checkpoints"),
                data.resolve("pg_wal"), from, position(server));
    }

    /** Rows and index entries on new pages, which need no images, then changes of them before the next checkpoint. */
    private static Stretch records(Lab lab, PlainServer server, Path data) {
        Sql.execute(server.port(), "CREATE TABLE s (a int PRIMARY KEY, b int)", "CHECKPOINT");
        String from = position(server);
        Sql.execute(server.port(), "INSERT INTO s SELECT g, g FROM generate_series(1, " + lab.scale(200_000, 8_000_000)
                + ") g", "UPDATE s SET b = b + 1 WHERE a % 3 = 0", "DELETE FROM s WHERE a % 7 = 1");
        return new Stretch("record-heavy", data.resolve("pg_wal"), from, position(server));
    }

    /** The start of a segment, and of a record. */
    private static String position(PlainServer server) {
        Sql.execute(server.port(), "SELECT pg_switch_wal()", "SELECT pg_logical_emit_message(false, 'bench', '')");
        String inserted = Sql.query(server.port(), "SELECT pg_current_wal_insert_lsn()");
        Sql.execute(server.port(), "SELECT pg_switch_wal()");
        return inserted;
    }

    private static void measure(Lab lab, Path binaries, Path taskset, Stretch stretch) {
        List<String> waldump = List.of(binaries.resolve("pg_waldump").toString(), "-p",
                stretch.directory().toString(), "-s", stretch.from(), "-e", stretch.to());
        List<String> stats = neon(lab, "stats", stretch);
        Map<String, List<String>> commands = new LinkedHashMap<>();
        commands.put(WALDUMP, on(taskset, "0", plus(waldump, "--stats")));
        commands.put(NEON, on(taskset, "0", stats));
        if (Runtime.getRuntime().availableProcessors() > 1) {
            commands.put(NEON_TWO, on(taskset, "0,1", stats));
        }
        String expected = output(lab, commands.get(WALDUMP));
        commands.values().forEach(command -> requireSame(expected, output(lab, command), command));
        Matcher total = TOTAL.matcher(expected);
        if (!total.matches()) {
            throw new IllegalStateException("no total in " + expected);
        }
        double megabytes = Double.parseDouble(total.group(2)) / 1e6;
        lab.report().row(stretch.what() + ": WAL", "MB", new Samples().add(megabytes));
        lab.report().row(stretch.what() + ": records", "million", new Samples().add(Long.parseLong(total.group(1)) / 1e6));
        Map<String, Samples> times = times(lab, commands, lab.scale(3, 11));
        times.forEach((what, samples) -> {
            lab.report().row(what, "ms", samples);
            Samples rate = new Samples();
            for (int run = 0; run < samples.runs(); run++) {
                rate.add(megabytes / samples.at(run));
            }
            lab.report().row("… a second", "GB/s", rate);
            if (!what.equals(WALDUMP)) {
                lab.report().row("… as fast as pg_waldump in its round", "×", times.get(WALDUMP).over(samples),
                        what.equals(NEON) ? "≥ 1" : "≥ 1.7");
            }
        });
        memory(lab, stretch, stats);
        Map<String, List<String>> lines = new LinkedHashMap<>();
        lines.put(WALDUMP_LINES, nowhere(on(taskset, "0", waldump)));
        lines.put(NEON_LINES, nowhere(on(taskset, "0", neon(lab, "dump", stretch))));
        times(lab, lines, lab.scale(1, 3)).forEach((what, samples) -> lab.report().row(what, "ms", samples));
    }

    private static List<String> neon(Lab lab, String command, Stretch stretch) {
        return List.of(lab.neon().toString(), "wal", command, "--wal-dir", stretch.directory().toString(),
                stretch.from() + ".." + stretch.to());
    }

    private static Map<String, Samples> times(Lab lab, Map<String, List<String>> commands, int rounds) {
        Map<String, IntToDoubleFunction> contestants = new LinkedHashMap<>();
        commands.forEach((what, command) -> contestants.put(what,
                round -> Program.run(lab.path("."), lab.environment(), command).millis()));
        return Interleaved.run(contestants, rounds);
    }

    /** The most memory that the process had, over the first quarter of the WAL and over all of it. */
    private static void memory(Lab lab, Stretch stretch, List<String> stats) {
        Optional<Path> time = lab.find("time");
        if (time.isEmpty()) {
            lab.report().missing("memory of neon wal stats", "GNU time is not installed");
            return;
        }
        long from = Long.parseUnsignedLong(stretch.from().split("/")[1], 16)
                | Long.parseUnsignedLong(stretch.from().split("/")[0], 16) << 32;
        long to = Long.parseUnsignedLong(stretch.to().split("/")[1], 16)
                | Long.parseUnsignedLong(stretch.to().split("/")[0], 16) << 32;
        long quarter = from + (to - from) / 4;
        List<String> less = new ArrayList<>(stats.subList(0, stats.size() - 1));
        less.add(stretch.from() + ".." + Long.toHexString(quarter >>> 32) + '/' + Long.toHexString(quarter & 0xFFFFFFFFL));
        lab.report().row("peak memory of neon wal stats, a quarter of it", "MB", peak(lab, time.get(), less));
        lab.report().row("peak memory of neon wal stats, all of it", "MB", peak(lab, time.get(), stats), "the same");
    }

    private static Samples peak(Lab lab, Path time, List<String> command) {
        Path file = lab.path("peak");
        List<String> timed = new ArrayList<>(List.of(time.toString(), "-f", "%M", "-o", file.toString()));
        timed.addAll(command);
        Samples samples = new Samples();
        for (int run = 0; run < 3; run++) {
            Program.run(lab.path("."), lab.environment(), timed);
            try {
                samples.add(Long.parseLong(Files.readString(file).strip()) / 1e3);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return samples;
    }

    private static String output(Lab lab, List<String> command) {
        return Program.run(lab.path("."), lab.environment(), command).out();
    }

    private static void requireSame(String expected, String found, List<String> command) {
        if (!expected.equals(found)) {
            throw new IllegalStateException(String.join(" ", command) + " printed\n" + found + "but pg_waldump\n"
                    + expected);
        }
    }

    private static List<String> on(Path taskset, String cores, List<String> command) {
        List<String> whole = new ArrayList<>(List.of(taskset.toString(), "-c", cores));
        whole.addAll(command);
        return whole;
    }

    /** With the standard output thrown away. */
    private static List<String> nowhere(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$0\" \"$@\" > /dev/null"));
        whole.addAll(command);
        return whole;
    }

    private static List<String> plus(List<String> command, String word) {
        List<String> more = new ArrayList<>(command);
        more.add(word);
        return more;
    }
}
