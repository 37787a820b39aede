package dev.neon.compute.daemon;

import java.time.Duration;

/**
 * Gives memory back that the start of servers has taken. The JVM's smallest collector does so only after a full collection,
 * which it puts off until it needs memory again.
 */
final class SpareMemory {
    private static final Duration PAUSE = Duration.ofMinutes(1);
    /** What is not worth a collection, which stops all sessions for some 20 ms. */
    private static final long LITTLE = 32 << 20;

    private long looked = System.nanoTime();
    private long before = Runtime.getRuntime().totalMemory();

    /** To be called now and then: collects once a minute at most, and only if the heap has grown much since. */
    void giveBack() {
        if (System.nanoTime() - looked < PAUSE.toNanos()) {
            return;
        }
        looked = System.nanoTime();
        if (Runtime.getRuntime().totalMemory() - before > LITTLE) {
            System.gc();
            before = Runtime.getRuntime().totalMemory();
        }
    }
}
