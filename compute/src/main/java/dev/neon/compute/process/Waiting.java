package dev.neon.compute.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something that can only be asked about. */
public final class Waiting {
    private static final long STEP_MILLIS = 5;

    private Waiting() {}

    /** Asks until the answer is yes or the time is over; says which. Asks at least once. */
    public static boolean until(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            step();
        }
        return true;
    }

    /** Sleeps a moment, also in a thread that was interrupted before; an interrupt is kept for the caller. */
    public static void step() {
        boolean isInterrupted = Thread.interrupted();
        try {
            Thread.sleep(STEP_MILLIS);
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
