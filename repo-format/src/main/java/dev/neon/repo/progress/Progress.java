package dev.neon.repo.progress;

/**
 * Where long work tells how far it is. Library code reports here and never prints; the command line draws it, or does
 * not. Safe for use by several threads.
 */
public interface Progress {
    /** The total of work whose size is not known beforehand. */
    long UNKNOWN_TOTAL = -1;

    /** Tells nobody. */
    Progress NONE = (what, total, unit) -> NoTask.INSTANCE;

    /** What a task counts. */
    enum Unit { BYTES, ITEMS }

    /**
     * Begins a piece of work; close it when the work is done, whether it succeeded or not.
     *
     * @param what  what is being done, lower case and without a full stop: {@code "copying the data directory"}
     * @param total the units until the end, or {@link #UNKNOWN_TOTAL}
     */
    Task begin(String what, long total, Unit unit);

    /** A piece of work under way. */
    interface Task extends AutoCloseable {
        /** Adds {@code units} to what is done; cheap enough for every block of a copy. */
        void advance(long units);

        /** Ends the work. A second call does nothing. */
        @Override
        void close();
    }
}
