package dev.neon.compute.proxy;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Logs what fails again and again: the first time, and then at most once a minute, with how often it has failed since the last line. Safe
 * for threads.
 */
final class RepeatedFailure {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Consumer<String> log;
    private final LongSupplier nanos;
    private boolean wasTold;
    private long told;
    private long untold;

    RepeatedFailure(Consumer<String> log) {
        this(log, System::nanoTime);
    }

    /** @param nanos the time, as {@link System#nanoTime} has it */
    RepeatedFailure(Consumer<String> log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    /** It has failed, as the line says. */
    synchronized void add(String line) {
        long now = nanos.getAsLong();
        if (wasTold && now - told < PAUSE.toNanos()) {
            untold++;
            return;
        }
        log.accept(untold == 0 ? line : line + ", and " + untold + " times since this was logged last");
        wasTold = true;
        told = now;
        untold = 0;
    }
}
