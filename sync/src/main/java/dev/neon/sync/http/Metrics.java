package dev.neon.sync.http;

import dev.neon.repo.metrics.PrometheusText;
import dev.neon.sync.wire.WireServer.Verb;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a server has done since it was started, in the text format of Prometheus. */
final class Metrics {
    private final Map<Labels, LongAdder> requests = new ConcurrentSkipListMap<>();
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
        requests.computeIfAbsent(new Labels(verb.word(), status), _ -> new LongAdder()).increment();
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
        PrometheusText text = new PrometheusText().family("neon_requests_total", PrometheusText.Type.COUNTER, "Requests by verb and status.");
        requests.forEach((labels, count) -> text.sample("neon_requests_total", labels.map(), count.sum()));
        return text.counter("neon_requests_refused_total", "Requests that were not answered as wished.", refused.sum())
                .counter("neon_received_bytes_total", "Bytes of the bodies of requests.", in.sum())
                .counter("neon_sent_bytes_total", "Bytes of the bodies of answers.", out.sum())
                .gauge("neon_requests_running", "Requests that are being answered.", running.get())
                .counter("neon_fetches_total", "Clones and fetches that asked for what tips are made of.", fetches.sum())
                .counter("neon_pushes_total", "Pushes that came to changing refs.", pushes.sum()).toString();
    }

    /** What requests are counted by. */
    private record Labels(String verb, int status) implements Comparable<Labels> {
        private static final Comparator<Labels> ORDER = Comparator.comparing(Labels::verb).thenComparing(Labels::status);

        private Map<String, String> map() {
            Map<String, String> map = new LinkedHashMap<>();
            map.put("verb", verb);
            map.put("status", Integer.toString(status));
            return map;
        }

        @Override
        public int compareTo(Labels other) {
            return ORDER.compare(this, other);
        }
    }
}
