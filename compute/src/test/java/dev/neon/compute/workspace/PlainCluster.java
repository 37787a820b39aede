package dev.neon.compute.workspace;

import dev.neon.compute.binaries.InitialCluster;
import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.Host;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.process.ServerUser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cluster that knows nothing of neon: what is imported, and what an export has to be. Closing it kills its server. */
public final class PlainCluster implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final PostgresBinaries binaries;
    private final Path data;
    private final int port;
    private Process server;

    private PlainCluster(PostgresBinaries binaries, Path data) throws IOException {
        this.binaries = binaries;
        this.data = data;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
    }

    /** A data directory that is there. */
    public static PlainCluster at(Path data, PostgresBinaries binaries) throws IOException {
        ServerUser.current().own(data);
        return new PlainCluster(binaries, data);
    }

    /** A fresh cluster of the usual kind. */
    public static PlainCluster init(Path data, PostgresBinaries binaries) throws IOException {
        new InitialCluster(TestPostgres.cache(), ServerUser.current()).create(binaries, data);
        return new PlainCluster(binaries, data);
    }

    /** A fresh cluster of another kind. */
    public static PlainCluster initdb(Path data, PostgresBinaries binaries, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(binaries.program("initdb").toString(), "-D", data.toString(),
                "-U", "postgres", "-A", "trust", "--no-sync"));
        command.addAll(List.of(options));
        ProgramRun.of(ServerUser.current().wrap(command), LIMIT).orThrow("");
        return new PlainCluster(binaries, data);
    }

    public Path data() {
        return data;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return server.pid();
    }

    /** Adds lines to postgresql.conf. */
    public PlainCluster configure(String... lines) throws IOException {
        Files.write(data.resolve("postgresql.conf"), List.of(lines), StandardOpenOption.APPEND,
                StandardOpenOption.CREATE);
        return this;
    }

    public PlainCluster start(String... settings) throws IOException, InterruptedException {
        long deadline = launch(settings);
        while (true) {
            try (Connection connection = connect()) {
                return this;
            } catch (SQLException notYet) {
                await(deadline);
            }
        }
    }

    /** Starts it, so that it recovers, and stops it. No session reads anything, so no row is marked and no page pruned. */
    public PlainCluster recover(String... settings) throws IOException, InterruptedException {
        Path postmaster = data.resolve("postmaster.pid");
        long deadline = launch(settings);
        while (!Files.exists(postmaster) || Files.readAllLines(postmaster).stream().noneMatch("ready   "::equals)) {
            await(deadline);
        }
        return stop();
    }

    private long launch(String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(binaries.program("postgres").toString(), "-D", data.toString(),
                "-p", Integer.toString(port), "-k", "", "-h", "127.0.0.1"));
        for (String setting : settings) {
            command.addAll(List.of("-c", setting));
        }
        server = new ProcessBuilder(ServerUser.current().wrap(command)).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
        return System.nanoTime() + LIMIT.toNanos();
    }

    private Path log() {
        return data.resolveSibling(data.getFileName() + ".log");
    }

    private void await(long deadline) throws IOException, InterruptedException {
        if (!server.isAlive() || System.nanoTime() > deadline) {
            throw new IOException(Files.readString(log()));
        }
        Thread.sleep(20);
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
    }

    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public List<String> query(String sql) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    public PlainCluster stop() throws InterruptedException {
        return end(Host.Signal.INT);
    }

    /** Ends it without a checkpoint. */
    public PlainCluster crash() throws InterruptedException {
        return end(Host.Signal.QUIT);
    }

    private PlainCluster end(Host.Signal signal) throws InterruptedException {
        Host.current().signal(server.pid(), signal);
        if (!server.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("postgres did not end");
        }
        return this;
    }

    @Override
    public void close() throws InterruptedException {
        if (server != null && server.isAlive()) {
            end(Host.Signal.QUIT);
        }
    }
}
