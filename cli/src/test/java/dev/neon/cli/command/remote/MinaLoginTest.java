package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.Main;
import dev.neon.cli.framework.ExitCode;
import dev.neon.compute.process.TestJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the client in Java gets to know hosts, and lets hosts know the user. */
class MinaLoginTest {
    private static final String DIFFERENT = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJmDnT6Da6wUTUMBjtSLRLFBp1mLvqOyUwEeIEsuVTrG";

    @TempDir
    static Path directory;

    private static RemoteLab lab;
    private static SshServer server;
    private static int number;

    private Path home;
    private Path ssh;

    @BeforeAll
    static void start(@TempDir Path host) throws Exception {
        assumeTrue(SshServer.isInstalled(), "no sshd: install openssh-server, and ssh, for the tests of SSH");
        lab = new RemoteLab(directory);
        lab.origin("a");
        server = SshServer.start(host);
        server.installNeon();
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
            lab.close();
        }
    }

    @BeforeEach
    void makeHome() throws IOException {
        home = server.home("home" + number++);
        ssh = home.resolve(".ssh");
    }

    private CommandLine user() {
        return new CommandLine(directory).at(home).with("NEON_SSH_CLIENT", "mina");
    }

    private static String url() {
        return server.url(directory.resolve("a"));
    }

    private String host() {
        return "[127.0.0.1]:" + server.port();
    }

    private void isRefused(CommandLine user, String because) {
        String message = user.run("ls-remote", url()).err();
        assertTrue(message.contains(because), message);
        assertEquals(ExitCode.TRANSFER_FAILED.number(), user.run("clone", url(), "none").code());
        assertFalse(Files.exists(directory.resolve("none")));
    }

    private static void goesThrough(CommandLine user) {
        assertTrue(user.ok("ls-remote", url()).contains("refs/tags/v1"));
    }

    @Test
    void unknownHostIsAskedAbout() throws Exception {
        goesThrough(user());
        Path known = ssh.resolve("known_hosts");
        String line = Files.readString(known).strip();
        Files.delete(known);
        String because = "the key of host '" + host() + "' is not known: it shows the ED25519 key SHA256:";
        isRefused(user(), because);
        isRefused(user().typing("no\n"), because);
        isRefused(user().typing(""), because);
        assertFalse(Files.exists(known));
        CommandLine asked = user().typing("yes\n");
        goesThrough(asked);
        assertTrue(Files.readString(known).contains(line.substring(0, line.lastIndexOf(' '))), Files.readString(known));
        goesThrough(user());
        Files.delete(known);
        Files.writeString(ssh.resolve("config"), "  StrictHostKeyChecking accept-new\n", java.nio.file.StandardOpenOption.APPEND);
        goesThrough(user());
        assertTrue(Files.exists(known));
    }

    /** Whatever the user says and has configured. */
    @Test
    void changedKeyIsRefused() throws Exception {
        Path known = ssh.resolve("known_hosts");
        Files.writeString(known, host() + ' ' + DIFFERENT + '\n');
        String because = "the key of host '" + host() + "' is not the known one: it shows the ED25519 key SHA256:";
        isRefused(user(), because);
        isRefused(user().typing("yes\nyes\n"), because);
        for (String strictness : List.of("no", "accept-new", "ask")) {
            Files.writeString(ssh.resolve("config"), "Host *\n  StrictHostKeyChecking " + strictness + "\n  IdentityFile "
                    + server.directory().resolve("user") + "\n");
            isRefused(user().typing("yes\nyes\n"), because);
        }
        assertEquals(host() + ' ' + DIFFERENT + '\n', Files.readString(known));
        Files.writeString(known, "@revoked " + host() + ' ' + Files.readString(server.directory().resolve("host.pub")));
        isRefused(user().typing("yes\nyes\n"), "the key of host '" + host() + "' is revoked in known_hosts");
        isRefused(user(), "is revoked in known_hosts");
    }

    @Test
    void aliasesOfTheConfiguration() throws Exception {
        Files.writeString(ssh.resolve("config"), "Host db1\n  HostName 127.0.0.1\n  Port " + server.port() + "\n  User "
                + System.getProperty("user.name") + "\n  IdentityFile ~/key\n");
        Files.copy(server.directory().resolve("user"), home.resolve("key"), StandardCopyOption.REPLACE_EXISTING);
        assertTrue(user().ok("ls-remote", "db1:" + directory.resolve("a")).contains("refs/tags/v1"));
        assertTrue(user().ok("ls-remote", "ssh://db1" + directory.resolve("a")).contains("refs/tags/v1"));
    }

    @Test
    void keysOfTheUser() throws Exception {
        Files.delete(ssh.resolve("config"));
        isRefused(user(), "unable to log in at '" + System.getProperty("user.name") + "@127.0.0.1': ");
        Files.copy(server.directory().resolve("user"), ssh.resolve("id_ed25519"));
        goesThrough(user());
        for (String type : List.of("rsa", "ecdsa")) {
            Files.delete(ssh.resolve("id_ed25519"));
            SshServer.run("/usr/bin/ssh-keygen", "-q", "-t", type, "-N", "", "-f", ssh.resolve("id_ed25519").toString());
            server.authorize(ssh.resolve("id_ed25519.pub"));
            goesThrough(user());
            Files.delete(ssh.resolve("id_ed25519.pub"));
        }
    }

    @Test
    void keyWithAPassphrase() throws Exception {
        Files.delete(ssh.resolve("config"));
        SshServer.run("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-f", ssh.resolve("id_ed25519").toString());
        server.authorize(ssh.resolve("id_ed25519.pub"));
        String because = "unable to log in at '" + System.getProperty("user.name") + "@127.0.0.1': ";
        isRefused(user(), because);
        isRefused(user().typing("wrong\nwrong\nwrong\nwrong\n"), because);
        goesThrough(user().typing("open sesame\n"));
    }

    @Test
    void agent() throws Exception {
        Path key = Files.copy(server.directory().resolve("user"), home.resolve("key"));
        Files.delete(ssh.resolve("config"));
        Path socket = Files.createTempDirectory("neon-agent-").resolve("s");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).redirectErrorStream(true)
                .redirectOutput(home.resolve("agent.log").toFile()).start();
        try {
            for (int i = 0; i < 100 && !Files.exists(socket); i++) {
                Thread.sleep(50);
            }
            CommandLine user = user().with("SSH_AUTH_SOCK", socket.toString());
            isRefused(user, "unable to log in at ");
            SshServer.run("env", "SSH_AUTH_SOCK=" + socket, "ssh-add", "-q", key.toString());
            goesThrough(user);
            Files.writeString(ssh.resolve("config"), "Host *\n  IdentityAgent " + socket + '\n');
            goesThrough(user());
            Files.writeString(ssh.resolve("config"), "Host *\n  IdentityAgent none\n");
            isRefused(user, "unable to log in at ");
        } finally {
            agent.destroy();
            agent.waitFor();
            RemoteLab.delete(socket.getParent());
        }
    }

    @Test
    void nobodyListens() {
        String message = user().run("ls-remote", "ssh://127.0.0.1:1/x").err();
        assertTrue(message.startsWith("error: unable to log in at '127.0.0.1': ") && message.contains("onnection refused"), message);
    }

    /** Its classes are loaded where it is used, and it is used by itself where there is no other. */
    @Test
    void whereThereIsNoProgram() throws Exception {
        Path classes = home.resolve("classes");
        assertEquals(0, run(classes, System.getenv("PATH"), "ls-remote", directory.resolve("a").toString()));
        assertFalse(Files.readString(classes).contains("org.apache.sshd"));
        run(classes, System.getenv("PATH"), "ls-remote", url());
        assertFalse(Files.readString(classes).contains("org.apache.sshd"));
        assertEquals(0, run(classes, "/nonexistent", "ls-remote", url()), Files.readString(home.resolve("said")));
        assertTrue(Files.readString(home.resolve("said")).contains("refs/tags/v1"));
        assertTrue(Files.readString(classes).contains("org.apache.sshd"));
    }

    private int run(Path classes, String path, String... words) throws Exception {
        List<String> command = new ArrayList<>(TestJvm.command(System.getProperty("java.class.path"), Main.class));
        command.addAll(1, List.of("-Xlog:class+load:file=" + classes + ":none:filecount=0", "-Duser.home=" + home));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true)
                .redirectOutput(home.resolve("said").toFile());
        builder.environment().putAll(Map.of("PATH", path, "HOME", home.toString()));
        builder.environment().remove("SSH_AUTH_SOCK");
        return builder.start().waitFor();
    }
}
