package dev.neon.cli.command.remote;

import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** Over HTTP/2, in the clear. */
@Tag("nightly")
class Http2TransportTest extends HttpTransportTest {
    @Override
    Optional<String> version() {
        return Optional.of("HTTP/2");
    }
}
