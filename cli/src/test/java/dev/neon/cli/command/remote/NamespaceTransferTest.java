package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.Main;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.TestJvm;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real programs on two machines, as far as the kernel can have two: the link between them goes down amid a transfer. Whoever waits
 * for the other side says so in time, and the same command goes on once the link is there again.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamespaceTransferTest {
    private static final int TIMEOUT = 4;
    /** What else a command does: a JVM starts, and connections are given up in order. */
    private static final int SLACK = 10;
    private static final String RATE = "24mbit";
    /** Of what is received before the link goes down. */
    private static final long SOME = 1_500_000;
    /** One chunk of each of four exchanges, of which a part was under way, and what is said besides pieces, twice. */
    private static final long TWICE = 4_500_000;
    private static final RefName MAIN = RefName.branch("main");

    private Path directory;
    private Namespaces network;
    private ServedLab lab;
    private CommandLine origin;
    private Path root;
    private String token;
    private int count;

    @BeforeAll
    void make(@TempDir Path made) throws Exception {
        network = Namespaces.make().orElse(null);
        assumeTrue(network != null, "no network namespaces: run as root, with iproute2, for the tests of links that go down");
        directory = made;
        lab = new ServedLab(directory);
        origin = lab.origin();
        origin.ok("start");
        Sql.run(origin, "main", "create table large(a int, b text)");
        for (int i = 0; i < 8; i++) {
            // What cannot be compressed much.
            Sql.run(origin, "main", "insert into large select a, md5(random()::text) || md5(random()::text) from generate_series(1, 8000) a");
        }
        origin.ok("snapshot", "create");
        origin.ok("stop");
        lab.serve("shop");
        root = lab.root();
        token = lab.token("--write", "writer");
    }

    @AfterAll
    void remove() throws Exception {
        if (lab != null) {
            lab.close();
        }
        if (network != null) {
            network.close();
        }
    }

    /** How users reach the other side. */
    private interface Way extends AutoCloseable {
        String url(String repository);

        Map<String, String> environment();

        /** Waits until nobody works for a user who is gone. */
        void awaitEnd(int requests) throws Exception;

        @Override
        void close() throws Exception;
    }

    /** {@code neon serve --http} as a process. */
    private final class Http implements Way {
        private final Process process;
        private final String address;
        private final Path log = directory.resolve("access" + ++count + ".log");
        private final Map<String, String> environment;

        Http(Map<String, String> environment, String... options) throws IOException {
            this.environment = environment;
            List<String> words = new ArrayList<>(List.of("serve", "--http", Namespaces.FAR_ADDRESS + ":0", "--root", root.toString(),
                    "--access-log", log.toString(), "--timeout", TIMEOUT + "s"));
            words.addAll(List.of(options));
            process = builder(network::far, Map.of(), words).redirectError(directory.resolve("server.err").toFile()).start();
            BufferedReader out = process.inputReader();
            address = String.valueOf(out.readLine());
        }

        @Override
        public String url(String repository) {
            return address + '/' + repository;
        }

        @Override
        public Map<String, String> environment() {
            return environment;
        }

        @Override
        public void awaitEnd(int requests) throws Exception {
            await("all requests have ended", () -> lines() >= requests);
        }

        private long lines() {
            try (Stream<String> lines = Files.lines(log)) {
                return lines.filter(line -> line.contains(" result=broken ")).count();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            process.waitFor();
        }
    }

    /** An sshd. */
    private final class Ssh implements Way {
        private final SshServer server;
        private final Map<String, String> environment;

        Ssh(boolean isInJava) throws Exception {
            server = SshServer.start(Files.createDirectory(directory.resolve("sshd" + ++count)), Namespaces.FAR_ADDRESS, network::far);
            server.installNeon("--timeout", TIMEOUT + "s");
            environment = isInJava ? Map.of("NEON_SSH_CLIENT", "mina", "HOME", server.home("home").toString())
                    : Map.of("NEON_SSH_COMMAND", String.join(" ", server.client()));
        }

        @Override
        public String url(String repository) {
            return server.url(root.resolve(repository + ".neon"));
        }

        @Override
        public Map<String, String> environment() {
            return environment;
        }

        @Override
        public void awaitEnd(int requests) throws Exception {
            await("'neon serve' has ended", () -> {
                try {
                    return network.processes().stream().noneMatch(each -> each.info().command().filter(name -> name.endsWith("java")).isPresent());
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
            });
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private static void await(String what, BooleanSupplier isSo) throws InterruptedException {
        long begin = System.nanoTime();
        while (!isSo.getAsBoolean()) {
            assertTrue(System.nanoTime() - begin < Duration.ofSeconds(30).toNanos(), () -> "it is not so in 30 s that " + what);
            Thread.sleep(20);
        }
    }

    private static ProcessBuilder builder(UnaryOperator<List<String>> place, Map<String, String> environment, List<String> words) {
        List<String> command = new ArrayList<>(TestJvm.command(System.getProperty("java.class.path"), Main.class, words.toArray(String[]::new)));
        command.add(1, "--enable-native-access=ALL-UNNAMED");
        if (environment.containsKey("HOME")) {
            command.add(1, "-Duser.home=" + environment.get("HOME"));
        }
        ProcessBuilder builder = new ProcessBuilder(place.apply(command));
        builder.environment().put("NEON_CACHE_DIR", TestPostgres.cache().toString());
        builder.environment().putAll(environment);
        return builder;
    }

    /** A command of a user on the near side. */
    private final class Running {
        private final Path err = directory.resolve("err" + ++count);
        private final Process process;
        private final long begin = System.nanoTime();

        Running(Way way, Path place, String... words) throws IOException {
            process = builder(network::near, way.environment(), List.of(words)).directory(place.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(err.toFile()).start();
        }

        Result end() throws Exception {
            int code = process.waitFor();
            return new Result(code, "", Files.readString(err));
        }

        void ok() throws Exception {
            Result result = end();
            assertEquals(0, result.code(), result.err());
        }

        double seconds() {
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    /** Bytes of the files below a directory, which somebody fills meanwhile. */
    private static long bytes(Path place) {
        try (Stream<Path> paths = Files.walk(place)) {
            return paths.filter(Files::isRegularFile).mapToLong(path -> path.toFile().length()).sum();
        } catch (NoSuchFileException | UncheckedIOException meanwhile) {
            return 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private interface Start {
        Running run() throws IOException;
    }

    /** One direction of a way. */
    private final class Cut {
        private final String name;
        private final Way way;
        private final LongSupplier received;
        private final Path receiver;
        private final Start start;

        /** @param receiver the repository that grows */
        Cut(String name, Way way, LongSupplier received, Path receiver, Start start) {
            this.name = name;
            this.way = way;
            this.received = received;
            this.receiver = receiver;
            this.start = start;
        }

        /** @param whole bytes over the link in one go */
        void run(long whole, Map<String, Integer> expected) throws Exception {
            try {
                goOn(whole, expected);
            } finally {
                network.join();
                network.free();
            }
        }

        private void goOn(long whole, Map<String, Integer> expected) throws Exception {
            long before = received.getAsLong();
            network.limit(RATE);
            Running first = start.run();
            await(name + " receives", () -> bytes(receiver.resolve("incoming")) > SOME || !first.process.isAlive());
            network.cut();
            long cut = System.nanoTime();
            if (!first.process.waitFor(TIMEOUT + SLACK, TimeUnit.SECONDS)) {
                first.process.destroyForcibly();
            }
            Result result = first.end();
            double seconds = (System.nanoTime() - cut) / 1e9;
            assertTrue(result.err().contains("' broke off: ") && result.err().contains("hint: Try again: what has come is kept."),
                    name + ": " + result.code() + " " + result.err());
            assertEquals(ExitCode.TRANSFER_FAILED.number(), result.code(), result.err());
            assertTrue(seconds > TIMEOUT - 1 && seconds < TIMEOUT + SLACK, name + " fails after " + seconds + " s: " + result.err());
            System.out.printf("NamespaceTransferTest, %s: failed after %.1f s: %s%n", name, seconds, result.err().lines().toList());
            way.awaitEnd(1);
            Repository left = Repositories.open(receiver);
            assertTrue(left.refs().list(RefName.Kind.BRANCH).isEmpty() && left.timelines().list().isEmpty());
            Repositories.requireSound(left);
            long firstBytes = received.getAsLong() - before;
            network.join();
            start.run().ok();
            long both = received.getAsLong() - before;
            System.out.printf("NamespaceTransferTest, %s: %d bytes in one go, %d and %d in two: %d twice%n", name, whole, firstBytes,
                    both - firstBytes, both - whole);
            assertTrue(firstBytes > SOME / 2 && firstBytes < whole, firstBytes + " of " + whole);
            assertTrue(both <= whole + TWICE, both + " bytes in both tries, and " + whole + " in one");
            assertEquals(expected, theirs(receiver));
            Repositories.requireSound(Repositories.open(receiver));
            assertFalse(bytes(receiver.resolve("incoming")) > 0);
        }
    }

    /** The files of the timelines that the origin has. */
    private Map<String, Integer> theirs(Path receiver) {
        List<String> timelines = Repositories.open(origin.repository()).timelines().list().stream().map(each -> each.hex()).toList();
        Map<String, Integer> files = Repositories.timelines(receiver);
        files.keySet().removeIf(name -> timelines.stream().noneMatch(name::startsWith));
        return files;
    }

    private long toNear() {
        return counted(network::toNear);
    }

    private long toFar() {
        return counted(network::toFar);
    }

    private interface Counter {
        long read() throws IOException, InterruptedException;
    }

    private static long counted(Counter counter) {
        try {
            return counter.read();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private void fetches(String name, Way way, String... settings) throws Exception {
        Path place = directory.resolve("clone" + ++count);
        long before = toNear();
        cloning(way, place, settings).ok();
        long whole = toNear() - before;
        Map<String, Integer> expected = theirs(place.resolve(".neon"));
        RemoteLab.delete(place);
        new Cut("clone over " + name, way, this::toNear, place.resolve(".neon"), () -> cloning(way, place, settings)).run(whole, expected);
        new CommandLine(place).ok("fsck", "--full");
        RemoteLab.delete(place);
    }

    private Running cloning(Way way, Path place, String... settings) throws IOException {
        List<String> words = new ArrayList<>(List.of("clone", "-c", "transfer.timeout=" + TIMEOUT));
        for (String setting : settings) {
            words.addAll(List.of("-c", setting));
        }
        words.addAll(List.of(way.url("shop"), place.toString()));
        return new Running(way, directory, words.toArray(String[]::new));
    }

    private void pushes(String name, Way way, String... settings) throws Exception {
        origin.ok("config", "set", "transfer.timeout", Integer.toString(TIMEOUT));
        for (String setting : settings) {
            origin.ok("config", "set", setting.replaceFirst("=.*", ""), setting.replaceFirst(".*=", ""));
        }
        long before = toFar();
        Path even = pushed(way, "whole");
        long whole = toFar() - before;
        String cut = "cut" + ++count;
        Path receiver = root.resolve(cut + ".neon");
        Repositories.create(receiver);
        new Cut("push over " + name, way, this::toFar, receiver, () -> new Running(way, origin.directory(), "push", way.url(cut), "main"))
                .run(whole, theirs(even));
        assertTrue(Repositories.open(receiver).refs().read(MAIN).isPresent());
        for (String setting : settings) {
            origin.ok("config", "unset", setting.replaceFirst("=.*", ""));
        }
    }

    private Http inTheClear() throws IOException {
        return new Http(Map.of("NEON_TOKEN", token), "--insecure");
    }

    @Test
    void fetchOverHttp() throws Exception {
        try (Way way = inTheClear()) {
            fetches("HTTP", way);
        }
    }

    @Test
    @Tag("nightly")
    void pushOverHttp() throws Exception {
        try (Way way = inTheClear()) {
            pushes("HTTP", way);
        }
    }

    @Test
    @Tag("nightly")
    void overTls() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory, "far", Namespaces.FAR_ADDRESS);
        try (Way way = new Http(Map.of("NEON_TOKEN", token, "NEON_SSL_CAINFO", certificate.certificate().toString()), certificate.options())) {
            for (String version : List.of("HTTP/2", "HTTP/1.1")) {
                fetches(version + " and TLS", way, "http.version=" + version);
                pushes(version + " and TLS", way, "http.version=" + version);
            }
        }
    }

    /** Nothing goes down here, but all takes longer, and some of it is lost on the way. */
    @Test
    @Tag("nightly")
    void overALineThatLosesPackets() throws Exception {
        try (Way way = inTheClear()) {
            Path even = pushed(way, "even");
            assumeTrue(network.disturb("delay", "20ms", "5ms", "loss", "1%"), "the kernel has no netem (sch_netem): delay and loss are not tried");
            assertEquals(theirs(even), theirs(pushed(way, "lossy")));
            Path place = directory.resolve("clone" + ++count);
            new Running(way, directory, "clone", way.url("shop"), place.toString()).ok();
            new CommandLine(place).ok("fsck", "--full");
        } finally {
            network.free();
        }
    }

    /** A new repository on the far side to which main was pushed. */
    private Path pushed(Way way, String name) throws Exception {
        String full = name + ++count;
        Path receiver = root.resolve(full + ".neon");
        Repositories.create(receiver);
        new Running(way, origin.directory(), "push", way.url(full), "main").ok();
        Repositories.requireSound(Repositories.open(receiver));
        return receiver;
    }

    @Test
    @Tag("nightly")
    void overSsh() throws Exception {
        assumeTrue(SshServer.isInstalled(), "no sshd: install openssh-server, and ssh, for the tests of SSH");
        try (Way way = new Ssh(false)) {
            fetches("OpenSSH", way);
            pushes("OpenSSH", way);
        }
    }

    @Test
    @Tag("nightly")
    void overSshInJava() throws Exception {
        assumeTrue(SshServer.isInstalled(), "no sshd: install openssh-server, and ssh, for the tests of SSH");
        try (Way way = new Ssh(true)) {
            fetches("SSH in Java", way);
            pushes("SSH in Java", way);
        }
    }
}
