package dev.neon.compute.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.compute.binaries.InitialCluster;
import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.error.UnsupportedException;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerUserTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String OPEN = "rwxr-xr-x";

    @TempDir
    Path temp;

    @Test
    void anOrdinaryUserStaysWhoHeIs() throws IOException {
        Path self = Files.createDirectory(temp.resolve("self"));
        Files.writeString(self.resolve("status"), "Name:\tjava\nUid:\t1000\t1000\t1000\t1000\n");

        assertEquals(new SameUser(), ServerUser.detect(new LinuxHost(temp)));
        assertEquals(List.of("postgres", "-V"), new SameUser().wrap(List.of("postgres", "-V")));
    }

    @Test
    void rootBecomesSomebodyAndKeepsThePid() throws Exception {
        assumeTrue(Host.current().isRoot());
        for (ServerUser user : users()) {
            Process process = new ProcessBuilder(user.wrap(List.of("sh", "-c", "echo $$ $(id -u)"))).start();
            String[] told = process.inputReader().readLine().split(" ");
            assertEquals(Long.toString(process.pid()), told[0], user.toString());
            assertFalse(told[1].equals("0"), user.toString());
            process.waitFor();
        }
    }

    /** The way without user namespaces, forced: an account of the machine runs initdb and the server. */
    @Test
    void anAccountOfTheMachineRunsPostgres() throws Exception {
        OtherUser user = account();
        PostgresBinaries postgres = TestPostgres.major(18);
        assumeTrue(reaches(user, postgres.binDir()));
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString(OPEN));
        Path sockets = Files.createDirectory(temp.resolve("run"));
        user.own(sockets);
        Path data = temp.resolve("data");

        new InitialCluster(temp.resolve("cache"), user).create(postgres, data);

        assertEquals(ServerUser.ACCOUNT, Files.getOwner(data.resolve("global/pg_control")).getName());
        try (TestServer server = TestServer.start(postgres, data, sockets, user)) {
            assertInstanceOf(WireProbe.Answer.Ready.class, server.awaitAnswer());
            assertEquals(server.pid(), server.postmasterPid());
        }
    }

    /** A machine where unshare or setpriv is missing, and with it the way that needs it. */
    @Test
    void rootTakesTheAccountWhereNamespacesAreNotToBeHad() throws Exception {
        OtherUser user = account();

        assertEquals(user.toString(), detectedWith("true", "setpriv"));
        assertEquals("unable to run PostgreSQL as root", detectedWith("true"));
    }

    private String detectedWith(String... programs) throws Exception {
        Path path = Files.createTempDirectory(temp, "programs");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString(OPEN));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(OPEN));
        for (String program : programs) {
            Path script = Files.writeString(path.resolve(program), "#!/bin/sh\nexec /usr/bin/" + program + " \"$@\"\n");
            assertTrue(script.toFile().setExecutable(true));
        }
        ProcessBuilder jvm = new ProcessBuilder(TestJvm.command(classPath(), Detection.class));
        jvm.environment().put("PATH", path.toString());
        Process process = jvm.start();
        String told = process.inputReader().readLine();
        assertEquals(0, process.waitFor());
        return told;
    }

    static final class Detection {
        public static void main(String[] arguments) {
            try {
                System.out.println(ServerUser.detect(Host.current()));
            } catch (UnsupportedException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void anAccountThatCannotEnterIsToldSo() throws Exception {
        OtherUser user = account();
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx------"));
        Path data = Files.createDirectory(temp.resolve("data"));

        var refused = assertThrows(UnsupportedException.class, () -> user.own(data));

        assertTrue(refused.getMessage().contains("cannot reach '" + data + "'"), refused.getMessage());
    }

    @Test
    void linksAreGivenAwayButNotWhatTheyLeadTo() throws Exception {
        OtherUser user = account();
        Path foreign = Files.createFile(temp.resolve("foreign"));
        Path tree = Files.createDirectories(temp.resolve("tree/below"));
        Path link = Files.createSymbolicLink(tree.resolve("link"), foreign);

        try {
            user.own(temp.resolve("tree"));
        } catch (UnsupportedException unreachable) {
            // Beside the point here: the directory above is closed.
        }

        assertEquals(ServerUser.ACCOUNT, Files.getOwner(tree).getName());
        assertEquals(ServerUser.ACCOUNT, Files.getOwner(link, LinkOption.NOFOLLOW_LINKS).getName());
        assertEquals("root", Files.getOwner(foreign).getName());
    }

    /** The whole of it in a JVM that is not root's. */
    @Test
    void anOrdinaryUserRunsPostgres() throws Exception {
        OtherUser user = account();
        PostgresBinaries postgres = TestPostgres.major(18);
        String classPath = classPath();
        assumeTrue(reaches(user, postgres.binDir()) && Stream.of(classPath.split(File.pathSeparator))
                .allMatch(entry -> reaches(user, Path.of(entry))));
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString(OPEN));
        Path own = Files.createDirectory(temp.resolve("own"));
        user.own(own);

        ProgramRun run = ProgramRun.of(user.wrap(TestJvm.command(classPath, MainJob.class,
                postgres.binDir().toString(), own.toString())), Duration.ofMinutes(1));

        assertEquals("SameUser[] Ready[]\n", run.output());
        assertEquals(0, run.exitCode());
    }

    static final class MainJob {
        public static void main(String[] arguments) throws Exception {
            PostgresBinaries postgres = PostgresBinaries.at(Path.of(arguments[0]));
            Path directory = Path.of(arguments[1]);
            Path data = directory.resolve("data");
            new InitialCluster(directory.resolve("cache"), ServerUser.current()).create(postgres, data);
            try (TestServer server = TestServer.start(postgres, data, directory, ServerUser.current())) {
                System.out.println(ServerUser.current() + " " + server.awaitAnswer());
            }
        }
    }

    private static List<ServerUser> users() {
        return Stream.concat(Stream.of(new MappedUser()).filter(MappedUser::works), findAccount().stream())
                .map(ServerUser.class::cast).toList();
    }

    private static OtherUser account() {
        Optional<OtherUser> account = findAccount();
        assumeTrue(Host.current().isRoot() && account.isPresent(), "needs root and an account named postgres");
        return account.orElseThrow();
    }

    private static Optional<OtherUser> findAccount() {
        var accounts = FileSystems.getDefault().getUserPrincipalLookupService();
        try {
            return Optional.of(new OtherUser(accounts.lookupPrincipalByName(ServerUser.ACCOUNT),
                    accounts.lookupPrincipalByGroupName(ServerUser.ACCOUNT)));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private static boolean reaches(OtherUser user, Path path) {
        return ProgramRun.succeeds(user.wrap(List.of("test", "-r", path.toString())), LIMIT);
    }

    /** Only our own classes: the libraries lie where only their owner may read. */
    private static String classPath() throws URISyntaxException {
        StringBuilder path = new StringBuilder();
        for (Class<?> in : List.of(ServerUser.class, ServerUserTest.class, ClusterIdentity.class, PostgresMajor.class)) {
            path.append(path.isEmpty() ? "" : File.pathSeparator)
                    .append(Path.of(in.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
        return path.toString();
    }
}
