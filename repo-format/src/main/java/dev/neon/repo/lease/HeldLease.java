package dev.neon.repo.lease;

/** An operation's lease while the operation runs. */
public interface HeldLease extends AutoCloseable {
    /** Holds nothing. */
    HeldLease NONE = () -> { };

    /** Gives it up; a failure to remove its file is none, since the process's end has the same effect. */
    @Override
    void close();
}
