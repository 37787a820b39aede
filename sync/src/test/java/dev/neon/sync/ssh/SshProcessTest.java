package dev.neon.sync.ssh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.sync.wire.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By what OpenSSH notices that the other side is gone, after two minutes. */
class SshProcessTest {
    private static final List<String> ALIVE = List.of("-o", "ServerAliveInterval=30", "-o", "ServerAliveCountMax=4");
    private static final List<String> CONNECT = List.of("-o", "ConnectTimeout=" + Connection.PATIENCE.toSeconds());

    private static List<String> watching(String... told) {
        return SshProcess.watching(String.join("\n", told), SshAccess.program(List.of("ssh")));
    }

    @Test
    void itsOwnDefaults() {
        assertEquals(List.of(ALIVE.get(0), ALIVE.get(1), ALIVE.get(2), ALIVE.get(3), CONNECT.get(0), CONNECT.get(1)),
                watching("user me", "serveraliveinterval 0", "serveralivecountmax 3", "connecttimeout none"));
    }

    /** In Debian's release, of one that is not to ask anybody. */
    @Test
    void longerThanOurs() {
        assertEquals(ALIVE, watching("serveraliveinterval 300", "serveralivecountmax 3", "connecttimeout 10"));
    }

    @Test
    void shorterThanOurs() {
        assertEquals(CONNECT, watching("serveraliveinterval 20", "serveralivecountmax 3", "connecttimeout 600"));
        assertEquals(List.of(), watching("serveraliveinterval 40", "serveralivecountmax 3", "connecttimeout 120"));
    }
}
