package dev.neon.sync.transport;

import dev.neon.sync.ssh.SshAccess;
import dev.neon.sync.ssh.SshProcess;
import dev.neon.sync.wire.Connection;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;

/** Connections over SSH, with all that the user's configuration says of the host. */
final class SshConnections {
    private static final int BUFFER = 1 << 18;

    private SshConnections() {}

    /**
     * Runs {@code neon serve --stdio} on another machine. What ssh and neon there say on their standard error goes to the user.
     *
     * @param neon what neon is called there
     */
    static Connection open(RemoteUrl.OfSsh url, SshAccess ssh, String neon) {
        SshProcess there = SshProcess.start(ssh, url.target(), url.port(), neon + " serve --stdio " + quoted(url.path()));
        return new StreamConnection(new BufferedInputStream(there.process().getInputStream(), BUFFER),
                new BufferedOutputStream(there.process().getOutputStream(), BUFFER), there::close);
    }

    /** For the shell on the other side, as git does it: {@code ~} may lead to a home. */
    static String quoted(String path) {
        String home = path.startsWith("~") ? path.replaceFirst("/.*", "") : "";
        return home + "'" + path.substring(home.length()).replace("'", "'\\''").replace("!", "'\\!'") + "'";
    }
}
