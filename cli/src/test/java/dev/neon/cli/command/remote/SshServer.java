package dev.neon.cli.command.remote;

import dev.neon.cli.Main;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.TestJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * An sshd on a free port of this machine, with keys and configuration of its own, at which the user that runs the tests logs in.
 *
 * @param address where it listens
 * @param neon    the program there
 * @param commands what is on the path of those who log in
 */
record SshServer(Path directory, String address, int port, Process process, Path neon, Path commands) implements AutoCloseable {
    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    static boolean isInstalled() {
        return Files.isExecutable(SSHD) && Files.isExecutable(Path.of("/usr/bin/ssh")) && Files.isExecutable(Path.of("/usr/bin/ssh-keygen"));
    }

    static SshServer start(Path directory) throws IOException, InterruptedException {
        return start(directory, "127.0.0.1", command -> command);
    }

    /**
     * Starts one.
     *
     * @param place makes of a command one that runs where the address is
     */
    static SshServer start(Path directory, String address, UnaryOperator<List<String>> place) throws IOException, InterruptedException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        for (String key : List.of("host", "user")) {
            run("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory.resolve(key).toString());
        }
        Files.copy(directory.resolve("user.pub"), directory.resolve("authorized_keys"));
        if (System.getProperty("user.name").equals("root")) {
            // sshd wants it under root, empty, and its package makes it when the service starts.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path commands = Files.createDirectory(directory.resolve("bin"));
        Files.writeString(directory.resolve("sshd_config"), """
                Port %d
                ListenAddress %s
                HostKey %s/host
                AuthorizedKeysFile %s/authorized_keys
                PidFile none
                UsePAM no
                StrictModes no
                PasswordAuthentication no
                PermitRootLogin yes
                SetEnv PATH=%s:/usr/bin:/bin
                """.formatted(port, address, directory, directory, commands));
        Files.writeString(directory.resolve("known_hosts"), "[" + address + "]:" + port + " " + Files.readString(directory.resolve("host.pub")));
        List<String> command = new ArrayList<>(TestJvm.command(System.getProperty("java.class.path"), Main.class));
        command.add(1, "--enable-native-access=ALL-UNNAMED");
        Path neon = executable(directory.resolve("neon-there"), "exec " + quoted(command) + " \"$@\"\n");
        Process process = new ProcessBuilder(place.apply(List.of(SSHD.toString(), "-D", "-e", "-f", directory.resolve("sshd_config").toString())))
                .redirectErrorStream(true).redirectOutput(directory.resolve("sshd.log").toFile()).start();
        SshServer server = new SshServer(directory, address, port, process, neon, commands);
        server.await();
        return server;
    }

    private static String quoted(List<String> command) {
        StringBuilder line = new StringBuilder("env NEON_CACHE_DIR='" + TestPostgres.cache() + "'");
        command.forEach(word -> line.append(" '").append(word).append('\''));
        return line.toString();
    }

    private static Path executable(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
        }
    }

    private void await() throws IOException, InterruptedException {
        for (int i = 0; i < 200; i++) {
            if (Files.readString(directory.resolve("sshd.log")).contains("Server listening on ")) {
                return;
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        close();
        throw new IOException("sshd does not answer: " + Files.readString(directory.resolve("sshd.log")));
    }

    /** Puts neon where the shell of those who log in finds it, with words behind those that it is given. */
    void installNeon(String... words) throws IOException {
        executable(commands.resolve("neon"), "exec '" + neon + "' \"$@\" " + String.join(" ", words) + "\n");
    }

    /** Lets one more key in. */
    void authorize(Path publicKey) throws IOException {
        Files.writeString(directory.resolve("authorized_keys"), Files.readString(publicKey), StandardOpenOption.APPEND);
    }

    /** The client's command. */
    List<String> client() {
        return List.of("ssh", "-F", "none", "-i", directory.resolve("user").toString(), "-o", "BatchMode=yes",
                "-o", "UserKnownHostsFile=" + directory.resolve("known_hosts"), "-o", "StrictHostKeyChecking=yes",
                "-o", "IdentitiesOnly=yes");
    }

    /** A home whose {@code .ssh} has the key in its configuration, and knows the host. */
    Path home(String name) throws IOException {
        Path home = directory.resolve(name);
        Path ssh = Files.createDirectories(home.resolve(".ssh"));
        Files.writeString(ssh.resolve("config"), "Host " + address + "\n  IdentityFile " + directory.resolve("user") + "\n  IdentitiesOnly yes\n");
        Files.copy(directory.resolve("known_hosts"), ssh.resolve("known_hosts"));
        return home;
    }

    String url(Path path) {
        return "ssh://" + System.getProperty("user.name") + "@" + address + ':' + port + path;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
