package dev.neon.compute.proxy;

import dev.neon.compute.instance.HostBasedAccess;
import dev.neon.compute.instance.Instance;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A server, and how the page server comes to it.
 *
 * @param address the unix socket, which takes less processor time than TCP, if {@code pg_hba.conf} makes no difference; else the TCP
 *                address
 */
record Backend(Instance instance, SocketAddress address) {
    /** @param dataDirectory the server's */
    static Backend of(Instance instance, Path dataDirectory) {
        return new Backend(instance, instance.clientHost().equals("127.0.0.1") && HostBasedAccess.isSameOverSocket(instance, dataDirectory)
                ? UnixDomainSocketAddress.of(instance.socket()) : tcp(instance));
    }

    private static SocketAddress tcp(Instance instance) {
        return new InetSocketAddress(instance.clientHost(), instance.port());
    }

    /** @throws Refusal if nobody is there */
    SocketChannel connect() throws Refusal {
        try {
            return open(address);
        } catch (IOException unreachable) {
            throw new Refusal(Refusal.CANNOT_CONNECT_NOW, "unable to reach the server on '" + instance.label() + "' at "
                    + instance.authority() + ": " + unreachable.getMessage(), "It may have ended just now. Try again.");
        }
    }

    /** Somebody may have removed the socket, such as what tidies {@code /tmp}. */
    private SocketChannel open(SocketAddress first) throws IOException {
        if (first instanceof UnixDomainSocketAddress socket) {
            try {
                return SocketChannel.open(socket);
            } catch (IOException gone) {
                return open(tcp(instance));
            }
        }
        SocketChannel backend = SocketChannel.open(first);
        backend.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return backend;
    }
}
