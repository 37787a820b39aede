package dev.neon.compute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.compute.proxy.ListenAddress;
import dev.neon.repo.repository.PlaceMark;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DaemonRecordTest {
    private static final ListenAddress ANY = new ListenAddress("127.0.0.1", 0);
    private static final ListenAddress TAKEN = new ListenAddress("127.0.0.1", 64001);
    private static final ListenAddress LISTEN = new ListenAddress("::1", 64000);

    private static DaemonRecord record(Optional<ListenAddress> http, HttpChoice asked) {
        return new DaemonRecord(Path.of("/a b: c/.neon"), Optional.of(new PlaceMark("17", "-")), 4711, LISTEN, http, asked,
                Optional.of("systemctl --user restart x.service"), Instant.parse("2025-11-28T10:00:00Z"));
    }

    private static HttpChoice again(Optional<ListenAddress> http, HttpChoice asked) {
        DaemonRecord record = record(http, asked);
        assertEquals(Optional.of(record), DaemonRecord.parse(record.toText()));
        return DaemonRecord.parse(record.toText()).orElseThrow().again();
    }

    @Test
    void whatWasAskedIsAskedAgain() {
        HttpChoice off = HttpChoice.parse("http", "off");
        assertEquals(off, again(Optional.empty(), off));
        assertEquals(HttpChoice.byDefault(), again(Optional.empty(), HttpChoice.byDefault()), "something else had the port");
        assertEquals(HttpChoice.byDefault(), again(HttpChoice.byDefault().address(), HttpChoice.byDefault()));
        assertEquals(HttpChoice.at(TAKEN), again(Optional.of(TAKEN), HttpChoice.at(TAKEN)));
        assertEquals(HttpChoice.at(TAKEN), again(Optional.of(TAKEN), HttpChoice.at(ANY)), "any free port, which stays");
    }

    @Test
    void earlierReleasesNotedLess() {
        String text = "repository: /r/.neon\npid: 1\naddress: 127.0.0.1:5432\nhttp: 127.0.0.1:64001\nstarted: 2025-11-28T10:00:00Z\n";
        DaemonRecord read = DaemonRecord.parse(text).orElseThrow();
        assertEquals(Optional.empty(), read.directory());
        assertEquals(HttpChoice.at(TAKEN), read.again());
        assertEquals(HttpChoice.byDefault(), DaemonRecord.parse(text.replaceFirst("http: .*\n", "")).orElseThrow().again());
        assertEquals(Optional.empty(), DaemonRecord.parse(text.replaceFirst("pid: 1", "pid: one")));
    }
}
