package dev.neon.repo.files;

/** What of the changes that were not synced a crash takes. */
public sealed interface Loss {
    /** Nothing: the process died, the machine did not. */
    record Nothing() implements Loss {}

    /** All of them. */
    record Everything() implements Loss {}

    /** Some, as the seed has it: each directory entry and each file by itself; of a file also a part. */
    record Some(long seed) implements Loss {}
}
