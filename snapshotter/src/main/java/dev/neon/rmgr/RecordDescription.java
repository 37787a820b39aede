package dev.neon.rmgr;

import dev.neon.wal.WalRecord;

/** Writes records as {@code pg_waldump} of the release does ({@code rmgrdesc/*.c}). */
@FunctionalInterface
public interface RecordDescription<R extends RmgrRecord> {
    /**
     * Appends what {@code pg_waldump} shows between the operation's name and the block references, without the blank
     * before it; nothing where it shows nothing.
     *
     * @param said   what {@code record} says
     * @param record where it stands: for its blocks and flags
     */
    void append(R said, WalRecord record, StringBuilder text);
}
