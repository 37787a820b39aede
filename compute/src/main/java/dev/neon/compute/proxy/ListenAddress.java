package dev.neon.compute.proxy;

import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the page server listens.
 *
 * @param host a name or address, without brackets
 * @param port 0 for any that is free
 */
public record ListenAddress(String host, int port) {
    /** Where PostgreSQL's clients look, if it is not told otherwise. */
    public static final String DEFAULT = "127.0.0.1:5432";

    private static final int LAST_PORT = 65_535;
    private static final int BACKLOG = 512;
    /** How Java writes IPv6's loopback address. */
    private static final Pattern LONG_LOOPBACK = Pattern.compile("(?:0:){7}1(?:%.*)?");
    private static final Pattern FORM = Pattern.compile("(?:\\[([^]]+)]|([^:\\[\\]]+)):(\\d{1,5})");

    public ListenAddress {
        host = LONG_LOOPBACK.matcher(host).matches() ? "::1" : host;
    }

    /**
     * Reads {@code 127.0.0.1:5432}, {@code [::1]:5432} or {@code localhost:0}.
     *
     * @param where what it was given to, for the error
     * @throws InvalidInputException if it is none
     */
    public static ListenAddress parse(String where, String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > LAST_PORT) {
            throw new InvalidInputException("invalid value '" + text + "' of '" + where + "'",
                    "The value is host:port, for example 127.0.0.1:5432 or [::1]:5432.");
        }
        return new ListenAddress(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), Integer.parseInt(matcher.group(3)));
    }

    /**
     * Takes the port; closing the channel gives it up.
     *
     * @throws BusyException if somebody else has it
     */
    ServerSocketChannel open() {
        InetSocketAddress place = new InetSocketAddress(loopback(), port);
        try {
            ServerSocketChannel channel = ServerSocketChannel.open();
            try {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(place, BACKLOG);
                return channel;
            } catch (IOException failure) {
                channel.close();
                throw failure;
            }
        } catch (BindException taken) {
            throw new BusyException("unable to listen on " + this + ": " + taken.getMessage(), "Something else may listen there, for example"
                    + " a PostgreSQL. Name another port with '--listen', or for good with 'neon config set pageserver.listen 127.0.0.1:5433'.");
        } catch (IOException failure) {
            throw new StorageFailedException("listen on", Path.of(toString()), failure);
        }
    }

    /** Checks that the port can be had now. @throws BusyException if somebody else has it */
    public void requireFree() {
        try (ServerSocketChannel _ = open()) {
            return;
        } catch (IOException failure) {
            throw new StorageFailedException("close", Path.of(toString()), failure);
        }
    }

    /** Whether that is the same place, by whatever name. */
    public boolean isAt(ListenAddress other) {
        return port == other.port && loopback().equals(other.loopback());
    }

    /**
     * The address itself. Servers take all clients for local ones, so that no others may come.
     *
     * @throws UnsupportedException if other machines reach it
     */
    public InetAddress loopback() {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isLoopbackAddress()) {
                throw new UnsupportedException("'" + host + "' is reached by other machines, and the page server cannot tell PostgreSQL"
                        + " who they are", "Listen on a loopback address, for example 127.0.0.1, and let others in through SSH.");
            }
            return address;
        } catch (UnknownHostException unknown) {
            throw new NotFoundException("host '" + host + "' is not known", "Name an address of this machine, for example 127.0.0.1.");
        }
    }

    @Override
    public String toString() {
        return (host.contains(":") ? '[' + host + ']' : host) + ':' + port;
    }
}
