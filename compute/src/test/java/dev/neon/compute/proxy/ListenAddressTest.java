package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ListenAddressTest {
    @Test
    void isShownAsItIsWritten() throws Exception {
        for (String text : new String[] {"127.0.0.1:5432", "localhost:0", "[::1]:5432"}) {
            assertEquals(text, ListenAddress.parse("listen", text).toString());
        }
        // Java's own form, in which a channel tells where it listens.
        assertEquals("[::1]:5432", new ListenAddress(InetAddress.getByName("::1").getHostAddress(), 5432).toString());
        assertEquals(ListenAddress.parse("listen", "[::1]:1"), ListenAddress.parse("listen", "[0:0:0:0:0:0:0:1]:1"));
        assertEquals("[fe80:0:0:0:0:0:0:1]:1", ListenAddress.parse("listen", "[fe80:0:0:0:0:0:0:1]:1").toString());
    }
}
