package dev.neon.sync;

import dev.neon.repo.Lsn;
import java.time.Instant;

/** How far back history is wanted. */
public sealed interface Depth {
    /** All that there is. */
    record All() implements Depth {}

    /** Points from this LSN on. */
    record SinceLsn(Lsn lsn) implements Depth {}

    /** Points from this time on. */
    record SinceTime(Instant time) implements Depth {}

    /** All that there is. */
    Depth ALL = new All();
}
