package dev.neon.wal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A throw-away cluster of an installed PostgreSQL 15, under its own socket, for comparing with the real thing. */
final class LocalCluster implements AutoCloseable {
    private static final Path BIN = Path.of("/usr/lib/postgresql/15/bin");

    private final Path home;
    private Process server;

    private LocalCluster(Path home, Process server) {
        this.home = home;
        this.server = server;
    }

    /** Makes and starts a cluster; skips the test where that PostgreSQL is not installed. */
    static LocalCluster start(Path home, int segmentMegabytes) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(BIN.resolve("pg_waldump")), "PostgreSQL 15 is not installed");
        run(home, unprivileged("initdb", "--no-sync", "-U", "postgres", "-A", "trust", "--data-checksums",
                "--wal-segsize=" + segmentMegabytes, "-D", home.resolve("data").toString()));
        LocalCluster cluster = new LocalCluster(home, launch(home));
        for (int i = 0; !cluster.isReady(); i++) {
            if (i == 200) {
                throw new IOException(Files.readString(home.resolve("server.log")));
            }
            Thread.sleep(50);
        }
        return cluster;
    }

    private static Process launch(Path home) throws IOException {
        return new ProcessBuilder(unprivileged("postgres", "-D", home.resolve("data").toString(), "-k",
                home.toString(), "-c", "listen_addresses=", "-c", "wal_keep_size=1GB", "-c", "max_wal_size=1GB",
                "-c", "max_prepared_transactions=4", "-c", "allow_in_place_tablespaces=on"))
                .redirectErrorStream(true).redirectOutput(home.resolve("server.log").toFile()).start();
    }

    private static List<String> unprivileged(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "--user", "--map-user=1000", "--map-group=1000"));
        }
        command.add(BIN.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private boolean isReady() throws IOException, InterruptedException {
        return new ProcessBuilder(BIN.resolve("pg_isready").toString(), "-q", "-h", home.toString()).start()
                .waitFor() == 0;
    }

    void sql(String... statements) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(BIN.resolve("psql").toString(), "-qX", "-v", "ON_ERROR_STOP=1",
                "-U", "postgres", "-h", home.toString()));
        for (String statement : statements) {
            command.addAll(List.of("-c", statement));
        }
        run(home, command);
    }

    void pgbench(String... arguments) throws IOException, InterruptedException {
        run(home, benchCommand(arguments));
    }

    /** Runs pgbench and kills the server under it, after {@code millis}. */
    void killUnderPgbench(long millis, String... arguments) throws IOException, InterruptedException {
        Process clients = startPgbench(arguments);
        Thread.sleep(millis);
        kill();
        clients.waitFor();
    }

    Process startPgbench(String... arguments) throws IOException {
        return new ProcessBuilder(benchCommand(arguments)).redirectErrorStream(true)
                .redirectOutput(home.resolve("bench.out").toFile()).start();
    }

    /** The only value of a query's only row. */
    String query(String sql) throws IOException, InterruptedException {
        return lines("psql", "-qXAt", "-U", "postgres", "-h", home.toString(), "-c", sql).getFirst();
    }

    private List<String> benchCommand(String... arguments) {
        List<String> command = new ArrayList<>(List.of(BIN.resolve("pgbench").toString(), "-U", "postgres", "-h",
                home.toString()));
        command.addAll(List.of(arguments));
        command.add("postgres");
        return command;
    }

    /** What a tool prints; it may end with any code, as {@code pg_waldump} does at the end of WAL. */
    List<String> lines(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(BIN.resolve(program).toString()));
        command.addAll(List.of(arguments));
        Path output = home.resolve("tool.out");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        builder.start().waitFor();
        return Files.readAllLines(output);
    }

    private static void run(Path home, List<String> command) throws IOException, InterruptedException {
        Path output = home.resolve("run.out");
        int code = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start()
                .waitFor();
        if (code != 0) {
            throw new IOException(command + " ended with " + code + ": " + Files.readString(output));
        }
    }

    Path data() {
        return home.resolve("data");
    }

    Path wal() {
        return home.resolve("data/pg_wal");
    }

    /** Kills every process of the server at once. */
    void kill() throws InterruptedException {
        List<ProcessHandle> children = server.descendants().toList();
        server.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        server.waitFor(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
