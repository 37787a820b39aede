package dev.neon.compute.instance;

import dev.neon.repo.error.BusyException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;

/** Chooses ports for servers. A port is only taken once PostgreSQL has bound it, so a caller tries again if it lost. */
public final class Ports {
    /**
     * Where the search begins: PostgreSQL's port with a 5 before it, as the first draft had it. The JVM's property {@code neon.firstPort}
     * says otherwise, for tests side by side: a port that one frees for a moment would be the next that another takes.
     */
    public static final int FIRST = Integer.getInteger("neon.firstPort", 55_432);

    /** The last port that there is. */
    public static final int LAST = 65535;

    private Ports() {}

    /**
     * The first port from {@link #FIRST} up that nobody listens on.
     *
     * @param reserved ports of servers that are known but need not be running
     * @throws BusyException if there is none
     */
    static int firstFree(Set<Integer> reserved) {
        for (int port = FIRST; port <= LAST; port++) {
            if (!reserved.contains(port) && isFree(port)) {
                return port;
            }
        }
        throw new BusyException("no free port from " + FIRST + " to " + LAST, "Stop a server, or name one with --port.");
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
