package dev.neon.compute.daemon;

import java.util.List;

/**
 * A command of neon that runs in the background.
 *
 * @param chore what it is one of
 * @param name  for people; equal for what is the same work
 * @param words of the command
 */
record Job(Chore.Kind chore, String name, List<String> words) {
    private static final String JSON = "--json";

    /** A snapshot at the end of a branch. */
    static Job snapshot(String branch) {
        return new Job(Chore.Kind.SNAPSHOT, "snapshot of " + branch, List.of("snapshot", "create", JSON, branch));
    }

    /** A gc if enough has come together. */
    static Job collectionIfDue() {
        return new Job(Chore.Kind.GC, "gc", List.of("gc", "--auto", JSON));
    }

    /** A gc now. */
    static Job collection() {
        return new Job(Chore.Kind.GC, "gc", List.of("gc", JSON));
    }

    /** Deletes the branches whose time is over. */
    static Job expiry() {
        return new Job(Chore.Kind.EXPIRY, "expired branches", List.of("branch", "--delete-expired", JSON));
    }
}
