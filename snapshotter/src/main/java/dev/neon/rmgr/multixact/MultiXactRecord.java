package dev.neon.rmgr.multixact;

import dev.neon.rmgr.RmgrRecord;
import java.util.List;

/** {@code pg_multixact}, for rows that several transactions have locked ({@code REL_17 multixact.h}). */
public sealed interface MultiXactRecord extends RmgrRecord {
    /** A page of zeros at the end of {@code pg_multixact/offsets}. */
    record ZeroOffsetsPage(long page) implements MultiXactRecord {}

    /** A page of zeros at the end of {@code pg_multixact/members}. */
    record ZeroMembersPage(long page) implements MultiXactRecord {}

    /**
     * A new multixact.
     *
     * @param multi   its id, unsigned
     * @param offset  where its members start, counted in members, unsigned
     * @param members in the order in which they are kept
     */
    record Create(int multi, int offset, List<Member> members) implements MultiXactRecord {}

    /** @param xid the transaction, unsigned */
    record Member(int xid, MultiXactStatus status) {}

    /**
     * What lies before an end may go; all are unsigned.
     *
     * @param oldestDatabase the oid of the database that needs the oldest one that stays
     * @param startOffset    the first multixact that goes
     * @param endOffset      the first multixact that stays
     * @param startMember    the first member that goes
     * @param endMember      the first member that stays
     */
    record Truncate(int oldestDatabase, int startOffset, int endOffset, int startMember, int endMember)
            implements MultiXactRecord {}
}
