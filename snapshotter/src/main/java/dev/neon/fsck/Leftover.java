package dev.neon.fsck;

import java.nio.file.Path;

/**
 * What a command left behind that was killed, or what can be made anew from the rest: nothing is lost with it.
 *
 * @param what for people
 * @param cure for people: what a repair does, as a command: "remove"
 */
public record Leftover(Kind kind, Path path, String what, String cure) {
    /** Of what kind. */
    public enum Kind {
        /** A lock whose owner is dead. */
        LOCK,
        /** A file or directory under a temporary name. */
        TEMPORARY,
        /** A directory of one command below {@code datadirs/}. */
        SCRATCH,
        /** A change of refs that is not complete. */
        JOURNAL,
        /** The same, but it cannot be read. */
        DAMAGED_JOURNAL,
        /** A part of the WAL index that is lost or cannot be used. */
        WAL_INDEX,
        /** What fsck remembers, which cannot be used. */
        MEMORY
    }
}
