package dev.neon.rmgr.message;

import dev.neon.rmgr.RmgrRecord;

/** What applications write for logical decoding ({@code REL_17 replication/message.h}); redo does nothing. */
public sealed interface LogicalMessageRecord extends RmgrRecord {
    /**
     * {@code pg_logical_emit_message}.
     *
     * @param database      the oid of the database that it came from, unsigned
     * @param transactional whether it counts only if its transaction commits
     * @param prefix        whom it is for
     * @param message       any bytes; a copy
     */
    record Message(int database, boolean transactional, String prefix, byte[] message)
            implements LogicalMessageRecord {}
}
