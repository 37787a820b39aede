package dev.neon.rmgr;

import dev.neon.wal.WalRecord;
import java.time.ZoneId;
import java.time.ZoneOffset;

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

    /** As the other, with times in this zone. Most records hold none. */
    default void append(R said, WalRecord record, ZoneId zone, StringBuilder text) {
        append(said, record, text);
    }

    /** Of records that hold times. */
    static <R extends RmgrRecord> RecordDescription<R> withTimes(OfTimes<R> description) {
        return new RecordDescription<>() {
            @Override
            public void append(R said, WalRecord record, StringBuilder text) {
                append(said, record, ZoneOffset.UTC, text);
            }

            @Override
            public void append(R said, WalRecord record, ZoneId zone, StringBuilder text) {
                description.append(said, record, zone, text);
            }
        };
    }

    /** A description that needs to know the zone. */
    @FunctionalInterface
    interface OfTimes<R extends RmgrRecord> {
        void append(R said, WalRecord record, ZoneId zone, StringBuilder text);
    }
}
