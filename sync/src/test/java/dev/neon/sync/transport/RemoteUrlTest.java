package dev.neon.sync.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RemoteUrlTest {
    private static void requireHttp(String text, String address, String... token) {
        assertEquals(new RemoteUrl.OfHttp(address, Optional.of(token).filter(any -> any.length > 0).map(any -> any[0])),
                RemoteUrl.parse(text, Path.of("/")));
    }

    @Test
    void takesTokensOutOfAddresses() {
        requireHttp("https://db1:8443/team/shop/", "https://db1:8443/team/shop");
        requireHttp("https://me:secret@db1/shop", "https://db1/shop", "secret");
        requireHttp("https://neon_x@db1/shop", "https://db1/shop", "neon_x");
        requireHttp("https://me@db1/shop", "https://db1/shop");
        requireHttp("https://db1/a@b", "https://db1/a@b");
        assertEquals("https://db1/x", RemoteUrl.shown("https://me:p@ss@db1/x"));
        assertEquals("me@db1:x", RemoteUrl.shown("me@db1:x"));
    }
}
