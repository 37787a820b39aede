package dev.neon.compute.proxy;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A buffer of an {@link EventLoop}'s thread, for as long as a turn takes; whoever needs it for longer keeps it, and the next gets another. */
final class TurnBuffer {
    private static final int MOST_FREE = 16;

    private final Supplier<ByteBuffer> another;
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private @Nullable ByteBuffer current;

    /** @param another makes one; all are of one size */
    TurnBuffer(Supplier<ByteBuffer> another) {
        this.another = another;
    }

    /** Cleared, whoever has filled it in this turn. */
    ByteBuffer get() {
        ByteBuffer buffer = current;
        if (buffer == null) {
            ByteBuffer next = free.poll();
            buffer = next != null ? next : another.get();
            current = buffer;
        }
        return buffer.clear();
    }

    /** Leaves the turn's buffer as it is to the caller, who has got it, until it comes back by {@link #giveBack}. */
    void keep() {
        current = null;
    }

    void giveBack(ByteBuffer kept) {
        if (free.size() < MOST_FREE) {
            free.push(kept);
        }
    }
}
