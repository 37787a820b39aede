package dev.neon.sync.transport;

import dev.neon.repo.error.TransferFailedException;
import dev.neon.sync.wire.Connection;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Connections through the user's own {@code ssh}, with all that its configuration says of the host. */
final class SshConnections {
    private static final int BUFFER = 1 << 18;
    private static final long END_SECONDS = 10;

    private SshConnections() {}

    /**
     * Runs {@code neon serve --stdio} on another machine. What ssh and neon there say on their standard error goes where this
     * process's does.
     *
     * @param ssh    the program, with options of its own
     * @param neon   what neon is called there
     */
    static Connection open(RemoteUrl.OfSsh url, List<String> ssh, String neon) {
        List<String> command = new ArrayList<>(ssh);
        url.port().ifPresent(port -> command.addAll(List.of("-p", port.toString())));
        command.add(url.target());
        command.add(neon + " serve --stdio " + quoted(url.path()));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (IOException failure) {
            throw new TransferFailedException("unable to run '" + ssh.getFirst() + "': " + failure.getMessage(),
                    "Install an SSH client, or name one with 'neon config set core.sshCommand <program>'.", failure);
        }
        return new StreamConnection(new BufferedInputStream(process.getInputStream(), BUFFER),
                new BufferedOutputStream(process.getOutputStream(), BUFFER), () -> end(process));
    }

    /** For the shell on the other side, as git does it: {@code ~} may lead to a home. */
    static String quoted(String path) {
        String home = path.startsWith("~") ? path.replaceFirst("/.*", "") : "";
        return home + "'" + path.substring(home.length()).replace("'", "'\\''").replace("!", "'\\!'") + "'";
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroy();
            }
        } catch (InterruptedException interrupted) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
