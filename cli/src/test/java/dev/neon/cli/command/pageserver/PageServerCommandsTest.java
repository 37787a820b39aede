package dev.neon.cli.command.pageserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.InstalledNeon;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.framework.ExitCode;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.Host;
import dev.neon.compute.process.ProgramRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page server's commands, with a daemon that is a process of its own. */
class PageServerCommandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Any free port at the first start; then it stays. */
    private static final String ANY = "127.0.0.1:0";

    @TempDir
    Path temporary;

    private Path directory;
    private Path launcher;
    private CommandLine neon;

    @BeforeEach
    void repository() throws IOException {
        Path home = Files.createDirectory(temporary.resolve("installed")).toRealPath();
        directory = Files.createDirectory(temporary.resolve("a project")).toRealPath();
        launcher = InstalledNeon.in(home);
        neon = new CommandLine(directory, home).at(home);
        neon.ok("init");
        neon.ok("config", "set", "pageserver.http", ANY);
    }

    @AfterEach
    void end() {
        neon.run("pageserver", "stop");
        neon.close();
    }

    private void start() {
        neon.ok("pageserver", "start", "--listen", ANY);
    }

    private String record(String key) throws IOException {
        return Files.readAllLines(directory.resolve(".neon/run/pageserver")).stream().filter(line -> line.startsWith(key + ": "))
                .map(line -> line.substring(key.length() + 2)).findFirst().orElseThrow();
    }

    private long pid() throws IOException {
        return Long.parseLong(record("pid"));
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve(".neon/run/pageserver.log"));
    }

    private Connection connect(String branch) throws SQLException, IOException {
        return DriverManager.getConnection("jdbc:postgresql://" + record("address") + "/postgres%40" + branch, "postgres", "");
    }

    private String one(String branch, String sql) throws Exception {
        try (Connection connection = connect(branch); Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.sleep(20);
        }
    }

    private Process launch(String... words) throws IOException {
        return launch(Map.of(), words);
    }

    private Process launch(Map<String, String> variables, String... words) throws IOException {
        List<String> line = new ArrayList<>(List.of(launcher.toString()));
        line.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("NEON_CACHE_DIR", TestPostgres.cache().toString());
        builder.environment().putAll(variables);
        return builder.start();
    }

    private static String text(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), text);
        return text;
    }

    @Test
    void startsTellsAndStops() throws Exception {
        Result started = neon.run("pageserver", "start", "--listen", ANY);
        assertEquals(0, started.code(), started.err());
        assertEquals("Starting pageserver at '127.0.0.1:0' in .neon\nPage server started\n", started.err());
        long pid = pid();
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst(".*\\) ", "");
        assertEquals(Long.toString(pid), stat.split(" ")[3], "a session of its own");
        assertEquals("0", stat.split(" ")[4], "no terminal");
        assertEquals("/", Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")).toString());
        neon.ok("branch", "heikki", "main");
        assertEquals("1", one("heikki", "SELECT 1"));

        assertEquals("Page server is already running at '" + record("address") + "' (pid " + pid + ")\n", neon.run("pageserver", "start").err());
        assertTrue(neon.fails(ExitCode.BUSY, "pageserver", "start", "--listen", "127.0.0.1:1").contains("already running"));
        assertTrue(neon.ok("status").contains("\nPage server running at '" + record("address") + "' (pid " + pid + ')'));
        assertTrue(neon.run("ps").err().contains("page server running at"));
        assertTrue(neon.ok("ps").contains("heikki (page server)"));
        String told = neon.ok("pageserver", "status");
        assertTrue(Pattern.compile("\n  heikki on port \\d+ \\(pid \\d+, \\d+\\.\\d MB\\)").matcher(told).find(), told);
        assertTrue(neon.ok("pageserver", "status", "--json").contains("\"address\" : \"" + record("address") + '"'));
        assertTrue(neon.ok("pageserver", "logs").contains("started the server on heikki"));
        String uri = neon.ok("connection-string", "--pageserver", "heikki");
        assertEquals("postgresql://postgres@" + record("address") + "/postgres?options=branch%3Dheikki", uri);

        Result stopped = neon.run("pageserver", "stop");
        assertEquals(0, stopped.code());
        assertEquals("Stopping pageserver with pid " + pid + "\nPage server stopped\nstopped the server on heikki\n", stopped.err());
        assertFalse(Host.current().isAlive(pid));
        assertEquals("", neon.ok("ps"));
        assertEquals("No page server running\n", neon.run("pageserver", "status").out());
        assertEquals(1, neon.run("pageserver", "status").code());
        assertEquals(1, neon.run("pageserver", "stop").code());
        assertTrue(neon.fails(ExitCode.NOT_FOUND, "connection-string", "--pageserver").contains("no page server is running"));
        try (Stream<Path> left = Files.list(directory.resolve(".neon/run"))) {
            assertEquals(List.of(), left.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("pageserver") && !name.equals("pageserver.log") && !name.equals("pageserver.instances")).toList());
        }
    }

    @Test
    void restartAndStopKeepServers() throws Exception {
        start();
        String address = record("address");
        long pid = pid();
        String backend = one("main", "SELECT pg_postmaster_start_time()");
        neon.ok("pageserver", "restart");
        assertEquals(address, record("address"));
        assertFalse(pid == pid());
        assertEquals(backend, one("main", "SELECT pg_postmaster_start_time()"));
        neon.ok("pageserver", "stop", "--keep");
        assertTrue(neon.ok("ps").contains("main (page server)"));
        start();
        assertEquals(backend, one("main", "SELECT pg_postmaster_start_time()"));
        neon.ok("pageserver", "stop");
        assertEquals("", neon.ok("ps"));
    }

    @Test
    void restartAsksOfHttpWhatWasAskedBefore() throws Exception {
        neon.ok("config", "unset", "pageserver.http");
        neon.ok("pageserver", "start", "--listen", ANY, "--http", "off");
        neon.ok("pageserver", "restart");
        assertEquals("off", record("http-asked"));
        assertTrue(neon.ok("pageserver", "status", "--json").contains("\"http\" : null"));
        neon.ok("pageserver", "restart", "--http", ANY);
        String http = record("http");
        neon.ok("pageserver", "restart");
        assertEquals(http, record("http"));
        assertEquals(http, record("http-asked"));
        neon.ok("pageserver", "stop");
        // Whether the usual port is free or taken, nobody has chosen it.
        start();
        neon.ok("pageserver", "restart");
        assertEquals("default", record("http-asked"));
    }

    @Test
    void aServiceIsRestartedByItsManager() throws Exception {
        Process process = launch(Map.of("XPC_SERVICE_NAME", "dev.neon.pageserver.x"), "--quiet", "pageserver", "start", "--foreground", "--listen", ANY);
        await("it does not start", () -> neon.run("pageserver", "status").code() == 0);
        long pid = pid();
        String refused = neon.fails(ExitCode.UNSUPPORTED, "pageserver", "restart");
        assertTrue(refused.contains("the page server with pid " + pid + " was started by a service manager"), refused);
        assertTrue(refused.contains("Run 'launchctl kickstart -k gui/$(id -u)/dev.neon.pageserver.x'."), refused);
        assertEquals(pid, pid());
        neon.ok("pageserver", "stop");
        assertEquals("", text(process));
        assertEquals(0, process.exitValue());
        start();
        neon.ok("pageserver", "restart");
    }

    /** At a second mount point, in a mount namespace of its own, it is the same repository, and its page server is the same. */
    @Test
    void aSecondMountPointIsNoCopy() throws Exception {
        Path other = Files.createDirectory(temporary.resolve("mounted")).toRealPath();
        String mount = "mount --bind '" + directory + "' '" + other + "' && ";
        assumeTrue(inNamespace(mount + "true").exitCode() == 0, "no bind mounts");
        start();
        long pid = pid();
        ProgramRun started = inNamespace(mount + "cd '" + other + "' && '" + launcher + "' pageserver start");
        assertEquals(0, started.exitCode(), started.output());
        assertTrue(started.output().contains("already running at '" + record("address") + "' (pid " + pid + ')'), started.output());
        // Where the path that the page server knows is not to be seen.
        ProgramRun hidden = inNamespace(mount + "mount -t tmpfs none '" + directory + "' && cd '" + other + "' && '" + launcher + "' pageserver status");
        assertEquals(1, hidden.exitCode(), hidden.output());
        assertTrue(hidden.output().contains("held by process " + pid), hidden.output());
        assertEquals("1", one("main", "SELECT 1"));
        assertEquals(pid, pid());
    }

    private static ProgramRun inNamespace(String script) {
        return ProgramRun.of(List.of("unshare", "-m", "sh", "-c", script), PATIENCE);
    }

    @Test
    void killedUnderLoadItLosesNothing() throws Exception {
        start();
        try (Connection connection = connect("main"); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t(client int, number int)");
        }
        String backend = one("main", "SELECT pg_postmaster_start_time()");
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Set<String> errors = ConcurrentHashMap.newKeySet();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int client = i;
            clients.add(Thread.startVirtualThread(() -> {
                try (Connection connection = connect("main");
                        PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
                    for (int number = 0; number < 1_000_000; number++) {
                        insert.setInt(1, client);
                        insert.setInt(2, number);
                        insert.execute();
                        acknowledged.add(client + " " + number);
                    }
                } catch (SQLException | IOException ended) {
                    errors.add(client + " " + ended);
                }
            }));
        }
        await("no load", () -> acknowledged.size() > 500);
        long pid = pid();
        assertTrue(Host.current().signal(pid, Host.Signal.KILL));
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(4, errors.size(), errors::toString);
        await("it still counts as running", () -> neon.run("pageserver", "status").out().startsWith("Page server crashed (pid " + pid));
        assertTrue(neon.run("pageserver", "status", "--json").out().contains("\"state\" : \"crashed\""));
        Result started = neon.run("pageserver", "start", "--listen", ANY);
        assertTrue(started.err().startsWith("the page server before, process " + pid + ", has ended without tidying up"), started.err());
        assertEquals(0, started.code());
        assertEquals(backend, one("main", "SELECT pg_postmaster_start_time()"));
        Set<String> kept = ConcurrentHashMap.newKeySet();
        try (Connection connection = connect("main"); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT client, number FROM t")) {
            while (rows.next()) {
                kept.add(rows.getInt(1) + " " + rows.getInt(2));
            }
        }
        acknowledged.removeAll(kept);
        assertEquals(Set.of(), acknowledged);
        neon.ok("pageserver", "stop");
        assertEquals("", neon.ok("ps"));
    }

    @Test
    void stopAfterAKillStopsTheServersAndTidiesUp() throws Exception {
        start();
        one("main", "SELECT 1");
        assertTrue(Host.current().signal(pid(), Host.Signal.KILL));
        await("it still counts as running", () -> neon.run("pageserver", "status").out().startsWith("Page server crashed"));
        Result stopped = neon.run("pageserver", "stop");
        assertEquals(0, stopped.code(), stopped.err());
        assertTrue(stopped.err().endsWith("stopped the server on main\n"), stopped.err());
        assertEquals("No page server running\n", neon.run("pageserver", "status").out());
    }

    @Test
    void ofSeveralStartsOneStartsIt() throws Exception {
        List<Process> starts = List.of(launch("pageserver", "start", "--listen", ANY), launch("pageserver", "start", "--listen", ANY),
                launch("pageserver", "start", "--listen", ANY));
        List<String> texts = new ArrayList<>();
        for (Process start : starts) {
            texts.add(text(start));
        }
        assertEquals(List.of(0, 0, 0), starts.stream().map(Process::exitValue).toList(), texts::toString);
        assertEquals(1, texts.stream().filter(text -> text.endsWith("Page server started\n")).count(), texts::toString);
        String already = "Page server is already running at '" + record("address") + "' (pid " + pid() + ")\n";
        assertEquals(2, texts.stream().filter(text -> text.endsWith(already)).count(), texts::toString);
        assertEquals("1", one("main", "SELECT 1"));
    }

    @Test
    void whatKeepsItFromStartingIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String error = neon.run("pageserver", "start", "--listen", "127.0.0.1:" + taken.getLocalPort()).err();
            assertTrue(error.contains("error: unable to listen on 127.0.0.1:" + taken.getLocalPort()), error);
            assertEquals(7, neon.run("pageserver", "start", "--listen", "127.0.0.1:" + taken.getLocalPort()).code());
        }
        assertEquals(12, neon.run("pageserver", "start", "--listen", "192.0.2.1:5432").code());
        neon.fails(ExitCode.INVALID_INPUT, "config", "set", "pageserver.maxConnections", "0");
        neon.fails(ExitCode.INVALID_INPUT, "config", "set", "pageserver.maxMemory", "lots");
        neon.fails(ExitCode.INVALID_INPUT, "config", "set", "pageserver.maxMemory", "120%");
        neon.ok("config", "set", "pageserver.maxMemory", "50%");
        neon.fails(ExitCode.INVALID_INPUT, "config", "set", "pageserver.listen", "5432");
        neon.fails(ExitCode.INVALID_INPUT, "config", "set", "branch.main.suspendAfter", "soon");
        Files.writeString(directory.resolve(".neon/config"), "[pageserver]\n\tmaxConnections = 0\n", StandardOpenOption.APPEND);
        Result failed = neon.run("pageserver", "start", "--listen", ANY);
        assertEquals(11, failed.code());
        assertTrue(failed.err().contains("error: the page server did not start\n    error: invalid value '0' of 'pageserver.maxConnections'"), failed.err());
        neon.ok("config", "unset", "pageserver.maxConnections");
        start();
    }

    @Test
    void inTheForegroundItEndsWhenToldTo() throws Exception {
        Process process = launch("pageserver", "start", "--foreground", "--listen", ANY);
        await("it does not start", () -> neon.run("pageserver", "status").code() == 0);
        assertEquals(process.pid(), pid());
        assertEquals("1", one("main", "SELECT 1"));
        // A shell has what it starts in the background ignore INT, and so maybe this test's processes.
        Host.current().signal(process.pid(), Host.Signal.TERM);
        String text = text(process);
        assertEquals(0, process.exitValue(), text);
        assertTrue(text.startsWith("Starting pageserver at '127.0.0.1:0' in .neon\n"), text);
        assertTrue(text.contains("\nlistening on 127.0.0.1:"), text);
        assertTrue(text.contains("\nPage server started\nstarted the server on main in "), text);
        assertTrue(log().contains("] started the server on main in "), log());
        assertEquals("No page server running\n", neon.run("pageserver", "status").out().lines().findFirst().orElse("") + '\n');
        assertTrue(neon.ok("ps").contains("main (page server)"));
    }

    @Test
    void aLogThatIsMovedAwayIsBegunAnew() throws Exception {
        start();
        Path log = directory.resolve(".neon/run/pageserver.log");
        Files.move(log, temporary.resolve("moved.log"));
        one("main", "SELECT 1");
        assertTrue(log().matches("(?s)20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\S+ \\[" + pid() + "] started the server on main in .*"), log());
        Files.write(log, new byte[11 << 20]);
        neon.ok("pageserver", "stop", "--keep");
        assertTrue(Files.size(log) < 1000);
        assertEquals(11 << 20, Files.size(log.resolveSibling("pageserver.log.1")));
    }

    @Test
    void installWritesWhatTheServiceManagerTakes() throws Exception {
        Path odd = Files.createDirectory(temporary.resolve("50% of $HOME, a \"quote\""));
        CommandLine there = new CommandLine(odd.toRealPath(), launcher.getParent()).at(launcher.getParent()).with("JAVA_HOME", "/opt/a java%20").with("PATH", "/opt/pg/bin:/bin");
        there.ok("init");
        String commands = there.ok("pageserver", "install");
        String name = commands.replaceFirst("(?s).* ", "");
        assertEquals("systemctl --user daemon-reload\nsystemctl --user enable --now " + name, commands);
        assertTrue(name.matches("neon-pageserver-50-of-HOME-a-quote-[0-9a-f]{8}\\.service"), name);
        Path unit = launcher.resolveSibling(".config/systemd/user").resolve(name);
        String text = Files.readString(unit);
        assertTrue(text.contains("\nExecStart=\"" + launcher + "\" \"--repo\" \"" + odd.toRealPath().toString().replace("%", "%%").replace("$", "$$")
                .replace("\"", "\\\"") + "/.neon\" \"pageserver\" \"start\" \"--foreground\"\n"), text);
        assertTrue(text.contains("\nEnvironment=\"JAVA_HOME=/opt/a java%%20\"\n"), text);
        assertTrue(text.contains("\nEnvironment=\"PATH=/opt/pg/bin:/bin\"\n"), text);
        assertEquals(text, there.ok("pageserver", "install", "--print") + '\n');
        String again = there.run("pageserver", "install").err();
        assertTrue(again.startsWith("nothing has changed") && again.contains("'loginctl enable-linger'"), again);
        CommandLine elsewhere = there.with("JAVA_HOME", "/opt/another");
        Result changed = elsewhere.run("pageserver", "install");
        assertEquals("systemctl --user daemon-reload\nsystemctl --user enable " + name + "\nsystemctl --user restart " + name + '\n', changed.out());
        assertTrue(changed.err().startsWith("changed '" + unit), changed.err());
        if (Files.isExecutable(Path.of("/usr/bin/systemd-analyze"))) {
            ProgramRun verified = ProgramRun.of(List.of("/usr/bin/systemd-analyze", "--user", "verify", unit.toString()), Duration.ofSeconds(60));
            assertFalse(verified.output().contains(name), verified.output());
        }
        there.ok("pageserver", "install", "--uninstall");
        assertEquals(1, there.run("pageserver", "install", "--uninstall").code());
        Files.writeString(unit, "[Unit]\n");
        there.fails(ExitCode.CONFLICT, "pageserver", "install");
        there.fails(ExitCode.CONFLICT, "pageserver", "install", "--uninstall");
        assertEquals("[Unit]\n", Files.readString(unit));
    }

    @Test
    void withoutALauncherNothingIsStarted() throws Exception {
        Files.delete(launcher);
        neon.fails(ExitCode.UNSUPPORTED, "pageserver", "start");
        assertThrows(IOException.class, this::pid);
    }
}
