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
 * say nothing take no session's place. Where there are too many of them, one goes: of those that are silent and those that have
 * asked for TLS, whichever are more, the one that came first. A client that does not wait so gets in beside any number of others.
 */
final class Clients {
    /** How many may be without a startup packet, and cancel requests with them; each costs some 10 kB. */
    static final int MOST_STARTING = 1000;

    private final int mostSessions;
    /** Have sent nothing. */
    private final Set<SocketChannel> silent = new LinkedHashSet<>();
    /** Have sent something, but no startup packet. */
    private final Set<SocketChannel> negotiating = new LinkedHashSet<>();
    private final Set<SocketChannel> sessions = new HashSet<>();

    Clients(int mostSessions) {
        this.mostSessions = mostSessions;
    }

    /** Takes in one that has just connected. */
    void enter(SocketChannel client) {
        SocketChannel oldest = client;
        synchronized (this) {
            silent.add(client);
            if (silent.size() + negotiating.size() > MOST_STARTING) {
                Iterator<SocketChannel> first = (silent.size() > negotiating.size() ? silent : negotiating).iterator();
                oldest = first.next();
                first.remove();
            }
        }
        if (oldest != client) {
            Relay.close(oldest);
        }
    }

    /** Notes that it has sent something. */
    synchronized void spoke(SocketChannel client) {
        if (silent.remove(client)) {
            negotiating.add(client);
        }
    }

    /**
     * Makes it a session.
     *
     * @throws Refusal                if there are too many; it is as before then
     * @throws ClosedChannelException if another has taken its place
     */
    synchronized void admit(SocketChannel client) throws Refusal, ClosedChannelException {
        if (!silent.contains(client) && !negotiating.contains(client)) {
            throw new ClosedChannelException();
        }
        if (sessions.size() >= mostSessions) {
            throw new Refusal(Refusal.TOO_MANY_CONNECTIONS, "sorry, too many clients already", "The page server lets "
                    + mostSessions + " in at a time; 'neon config set pageserver.maxConnections' changes that at its next start.");
        }
        silent.remove(client);
        negotiating.remove(client);
        sessions.add(client);
    }

    /** Forgets it, whatever it was. */
    synchronized void leave(SocketChannel client) {
        silent.remove(client);
        negotiating.remove(client);
        sessions.remove(client);
    }

    /** How many are connected in any way. */
    synchronized int connected() {
        return silent.size() + negotiating.size() + sessions.size();
    }

    /** How many of these have a startup packet. */
    synchronized int sessions() {
        return sessions.size();
    }

    void closeAll() {
        List<SocketChannel> all;
        synchronized (this) {
            all = new ArrayList<>(silent);
            all.addAll(negotiating);
            all.addAll(sessions);
        }
        all.forEach(Relay::close);
    }
}
