package dev.neon.compute.instance;

import dev.neon.repo.TimelineId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A server that was started on a timeline, as {@code run/<timeline>.instance} remembers it.
 *
 * @param timeline        the timeline it writes
 * @param label           the branch or revision that the user named
 * @param pid             the postmaster's process
 * @param incarnation     what tells that process from a later one with the same pid, see Host
 * @param started         when it was started
 * @param port            TCP port, and the number in the socket's name
 * @param listen          addresses it listens on
 * @param socketDirectory where its unix socket is
 * @param readOnly        whether it runs on a throw-away timeline
 * @param settings        the user's settings, {@code name=value}
 * @param binDirectory    where its PostgreSQL is; empty for a server that neon did not start
 * @param place           the machine and container it was started in, see {@link RunningServers#placeOf}
 */
public record Instance(TimelineId timeline, String label, long pid, String incarnation, Instant started, int port,
                       String listen, Path socketDirectory, boolean readOnly, List<String> settings,
                       Optional<Path> binDirectory, String place) {
    public Instance {
        settings = List.copyOf(settings);
    }

    /** Whether a server that was started is there. */
    public enum State {
        /** The postmaster is alive. */
        RUNNING,
        /** It was started, not stopped by us, and is gone. */
        CRASHED
    }

    /** The URI that libpq and most drivers take. */
    public String connectionString(String user, String database) {
        return "postgresql://" + user + "@" + authority() + "/" + database;
    }

    /** The URL that the JDBC driver takes. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + authority() + "/" + database;
    }

    /** An address of this machine on which the server listens. */
    public String clientHost() {
        String first = listen.split(",", 2)[0].strip();
        return first.equals("*") || first.equals("0.0.0.0") ? "127.0.0.1" : first.equals("::") ? "::1" : first;
    }

    /** Host and port as they stand in a URI, where an IPv6 address has brackets (RFC 3986). */
    public String authority() {
        String host = clientHost();
        return (host.contains(":") ? '[' + host + ']' : host) + ':' + port;
    }

    /** Its unix socket. */
    public Path socket() {
        return socketDirectory.resolve(".s.PGSQL." + port);
    }

    Instance labelled(String name) {
        return new Instance(timeline, name, pid, incarnation, started, port, listen, socketDirectory, readOnly,
                settings, binDirectory, place);
    }

    /** A start of the same kind: what {@code restart} uses. */
    public StartRequest again() {
        return again(timeline, label);
    }

    /** A start of the same kind on another timeline. */
    public StartRequest again(TimelineId timeline, String label) {
        return new StartRequest(timeline, label, readOnly, Optional.of(port), Optional.of(listen), settings,
                binDirectory, StartRequest.DEFAULT_TIMEOUT);
    }
}
