package dev.neon.sync.http;

import dev.neon.sync.wire.WireServer.Verb;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a server has done since it was started, in the text format of Prometheus. */
final class Metrics {
    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final LongAdder in = new LongAdder();
    private final LongAdder out = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder fetches = new LongAdder();
    private final LongAdder pushes = new LongAdder();
    private final AtomicInteger running = new AtomicInteger();

    void begin() {
        running.incrementAndGet();
    }

    /** @param isDone whether the answer was what was wished for */
    void end(Verb verb, int status, boolean isDone, long bytesIn, long bytesOut) {
        running.decrementAndGet();
        requests.computeIfAbsent("verb=\"" + verb.word() + "\",status=\"" + status + '"', _ -> new LongAdder()).increment();
        in.add(bytesIn);
        out.add(bytesOut);
        if (!isDone) {
            refused.increment();
        } else if (verb == Verb.INVENTORY) {
            fetches.increment();
        } else if (verb == Verb.UPDATE) {
            pushes.increment();
        }
    }

    String text() {
        StringBuilder text = new StringBuilder();
        head(text, "neon_requests_total", "counter", "Requests by verb and status.");
        new TreeMap<>(requests).forEach((labels, count) ->
                text.append("neon_requests_total{").append(labels).append("} ").append(count.sum()).append('\n'));
        value(text, "neon_requests_refused_total", "counter", "Requests that were not answered as wished.", refused.sum());
        value(text, "neon_received_bytes_total", "counter", "Bytes of the bodies of requests.", in.sum());
        value(text, "neon_sent_bytes_total", "counter", "Bytes of the bodies of answers.", out.sum());
        value(text, "neon_requests_running", "gauge", "Requests that are being answered.", running.get());
        value(text, "neon_fetches_total", "counter", "Clones and fetches that asked for what tips are made of.", fetches.sum());
        value(text, "neon_pushes_total", "counter", "Pushes that came to changing refs.", pushes.sum());
        return text.toString();
    }

    private static void value(StringBuilder text, String name, String type, String help, long value) {
        head(text, name, type, help);
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append("\n# TYPE ").append(name).append(' ').append(type)
                .append('\n');
    }
}
