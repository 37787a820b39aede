package dev.neon.compute.process;

import dev.neon.compute.binaries.PostgresBinaries;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server on a free loopback port, with log and socket in a directory of the test; closing stops it. */
public final class TestServer implements AutoCloseable {
    private final Path data;
    private final Path directory;
    private final int port;
    private final ProcessHandle process;

    private TestServer(Path data, Path directory, int port, ProcessHandle process) {
        this.data = data;
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    public static TestServer start(PostgresBinaries postgres, Path data, Path directory, ServerUser user)
            throws IOException {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        long pid = Launcher.start(
                user.wrap(List.of(postgres.program("postgres").toString(), "-D", data.toString(), "-p", "" + port,
                        "-k", directory.toString(), "-c", "listen_addresses=127.0.0.1")),
                data, directory.resolve("log"), Map.of());
        return new TestServer(data, directory, port, ProcessHandle.of(pid).orElseThrow());
    }

    public long pid() {
        return process.pid();
    }

    /** What postmaster.pid says. */
    public long postmasterPid() throws IOException {
        return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
    }

    public WireProbe.Answer answer() {
        return WireProbe.ask(UnixDomainSocketAddress.of(directory.resolve(".s.PGSQL." + port)), Duration.ofSeconds(10));
    }

    /** The same over the loopback port. */
    public WireProbe.Answer answerOverTcp() {
        return WireProbe.ask(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Duration.ofSeconds(10));
    }

    /** The answer once it is up, or when it has gone. */
    public WireProbe.Answer awaitAnswer() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        WireProbe.Answer answer = answer();
        while (!(answer instanceof WireProbe.Answer.Ready) && process.isAlive() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
            answer = answer();
        }
        return answer;
    }

    /** The first column of the first row; "" if there is none. */
    public String query(String sql) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (var rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }

    /** Stops it fast. */
    @Override
    public void close() throws InterruptedException {
        Host.current().signal(pid(), Host.Signal.INT);
        try {
            process.onExit().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IllegalStateException("the server did not stop", e);
        }
    }
}
