package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepeatedFailureTest {
    @Test
    void onceAndThenOnceAMinuteWithHowOften() {
        AtomicLong now = new AtomicLong(-Duration.ofSeconds(10).toNanos());
        List<String> log = new ArrayList<>();
        RepeatedFailure failures = new RepeatedFailure(log::add, now::get);
        for (int tenths = 0; tenths < 1250; tenths++) {
            failures.add("failed");
            now.addAndGet(Duration.ofMillis(100).toNanos());
        }
        String again = "failed, and 599 times since this was logged last";
        assertEquals(List.of("failed", again, again), log);
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        failures.add("failed");
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        failures.add("failed");
        assertEquals(List.of("failed, and 49 times since this was logged last", "failed"), log.subList(3, 5));
    }
}
