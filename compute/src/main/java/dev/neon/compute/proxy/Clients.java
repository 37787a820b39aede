package dev.neon.compute.proxy;

import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who is connected. Those that have not said yet what they want are counted apart from sessions, so that connections which
 * say nothing take no session's place; and where there are too many of them, the one that has been at it for longest goes.
 * A client that sends its startup packet at once so gets in beside any number of idle ones.
 */
final class Clients {
    /** How many may be without a startup packet, and cancel requests with them; each costs some 10 kB. */
    static final int MOST_STARTING = 1000;

    private final int mostSessions;
    private final Set<SocketChannel> starting = new LinkedHashSet<>();
    private final Set<SocketChannel> sessions = new HashSet<>();

    Clients(int mostSessions) {
        this.mostSessions = mostSessions;
    }

    /** Takes in one that has just connected. */
    void enter(SocketChannel client) {
        SocketChannel oldest = client;
        synchronized (this) {
            starting.add(client);
            if (starting.size() > MOST_STARTING) {
                Iterator<SocketChannel> first = starting.iterator();
                oldest = first.next();
                first.remove();
            }
        }
        if (oldest != client) {
            Relay.close(oldest);
        }
    }

    /**
     * Makes it a session.
     *
     * @throws Refusal                if there are too many; it is as before then
     * @throws ClosedChannelException if another has taken its place
     */
    synchronized void admit(SocketChannel client) throws Refusal, ClosedChannelException {
        if (!starting.contains(client)) {
            throw new ClosedChannelException();
        }
        if (sessions.size() >= mostSessions) {
            throw new Refusal(Refusal.TOO_MANY_CONNECTIONS, "sorry, too many clients already", "The page server lets "
                    + mostSessions + " in at a time; 'neon config set pageserver.maxConnections' changes that at its next start.");
        }
        starting.remove(client);
        sessions.add(client);
    }

    /** Forgets it, whatever it was. */
    synchronized void leave(SocketChannel client) {
        starting.remove(client);
        sessions.remove(client);
    }

    /** How many are connected in any way. */
    synchronized int connected() {
        return starting.size() + sessions.size();
    }

    void closeAll() {
        List<SocketChannel> all;
        synchronized (this) {
            all = new ArrayList<>(starting);
            all.addAll(sessions);
        }
        all.forEach(Relay::close);
    }
}
