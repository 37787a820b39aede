package dev.neon.rmgr.heap;

import dev.neon.rmgr.InvalidationMessage;
import dev.neon.rmgr.RmgrRecord;
import java.util.List;
import java.util.Optional;

/**
 * What the manager Heap writes ({@code REL_18 heapam_xlog.h}). Offsets are those of line pointers, from 1; xids and
 * oids are unsigned; {@code infobits} are those of {@link Infobits}. Block 0 is the tuple's page. That a bit of the
 * visibility map is cleared is told by a flag; newer minor releases refer to the map's page too, as the last block or
 * the last two.
 */
public sealed interface HeapRecord extends RmgrRecord {
    /**
     * A new tuple. Its {@code xmin} is the record's xid.
     *
     * @param offset where
     * @param flags  {@link InsertFlags}
     * @param tuple  empty if an image restores the page and no flag says that the tuple is there nevertheless
     */
    record Insert(int offset, int flags, Optional<LoggedTuple> tuple) implements HeapRecord {}

    /**
     * A tuple's deletion, or with {@link #IS_SUPER} the removal of a speculative insertion.
     *
     * @param xmax     the tuple's new {@code xmax}
     * @param offset   the tuple
     * @param infobits of the tuple
     * @param flags    the constants here
     * @param oldTuple for logical decoding: the tuple or its replica identity, if a flag says so
     */
    record Delete(int xmax, int offset, int infobits, int flags, Optional<LoggedTuple> oldTuple)
            implements HeapRecord {
        /** {@code XLH_DELETE_ALL_VISIBLE_CLEARED}. */
        public static final int ALL_VISIBLE_CLEARED = 0x01;
        /** {@code XLH_DELETE_CONTAINS_OLD_TUPLE}. */
        public static final int CONTAINS_OLD_TUPLE = 0x02;
        /** {@code XLH_DELETE_CONTAINS_OLD_KEY}. */
        public static final int CONTAINS_OLD_KEY = 0x04;
        /** {@code XLH_DELETE_IS_SUPER}. */
        public static final int IS_SUPER = 0x08;
        /** {@code XLH_DELETE_IS_PARTITION_MOVE}: the tuple's {@code t_ctid} says so too. */
        public static final int IS_PARTITION_MOVE = 0x10;

        static final int CONTAINS_OLD = CONTAINS_OLD_TUPLE | CONTAINS_OLD_KEY;
        static final int FLAGS = ALL_VISIBLE_CLEARED | CONTAINS_OLD | IS_SUPER | IS_PARTITION_MOVE;
    }

    /**
     * A tuple's new version. Block 0 is the new tuple's page, block 1 the old one's if that is another.
     *
     * @param isHot       whether the new version is heap-only
     * @param oldXmax     the old tuple's new {@code xmax}
     * @param oldOffset   the old tuple
     * @param oldInfobits of the old tuple
     * @param flags       the constants here
     * @param newXmax     the new tuple's {@code xmax}
     * @param newOffset   where the new tuple is
     * @param newTuple    empty as in {@link Insert}
     * @param oldTuple    for logical decoding: the old tuple or its replica identity, if a flag says so
     */
    record Update(boolean isHot, int oldXmax, int oldOffset, int oldInfobits, int flags, int newXmax, int newOffset,
            Optional<NewVersion> newTuple, Optional<LoggedTuple> oldTuple) implements HeapRecord {
        /** {@code XLH_UPDATE_OLD_ALL_VISIBLE_CLEARED}. */
        public static final int OLD_ALL_VISIBLE_CLEARED = 0x01;
        /** {@code XLH_UPDATE_NEW_ALL_VISIBLE_CLEARED}. */
        public static final int NEW_ALL_VISIBLE_CLEARED = 0x02;
        /** {@code XLH_UPDATE_CONTAINS_OLD_TUPLE}. */
        public static final int CONTAINS_OLD_TUPLE = 0x04;
        /** {@code XLH_UPDATE_CONTAINS_OLD_KEY}. */
        public static final int CONTAINS_OLD_KEY = 0x08;
        /** {@code XLH_UPDATE_CONTAINS_NEW_TUPLE}: it is there beside an image too. */
        public static final int CONTAINS_NEW_TUPLE = 0x10;
        /** {@code XLH_UPDATE_PREFIX_FROM_OLD}. */
        public static final int PREFIX_FROM_OLD = 0x20;
        /** {@code XLH_UPDATE_SUFFIX_FROM_OLD}. */
        public static final int SUFFIX_FROM_OLD = 0x40;

        static final int CONTAINS_OLD = CONTAINS_OLD_TUPLE | CONTAINS_OLD_KEY;
        static final int FLAGS = OLD_ALL_VISIBLE_CLEARED | NEW_ALL_VISIBLE_CLEARED | CONTAINS_OLD | CONTAINS_NEW_TUPLE
                | PREFIX_FROM_OLD | SUFFIX_FROM_OLD;
    }

    /**
     * What is new in a new version.
     *
     * @param prefixLength bytes that the tuple's data begin with and that are those of the old version's data
     * @param suffixLength bytes that the data end with, likewise
     * @param tuple        null bitmap and padding, then the data between
     */
    record NewVersion(int prefixLength, int suffixLength, LoggedTuple tuple) {}

    /**
     * TRUNCATE, told for logical decoding only: it has no block, and the files' truncation has records of its own.
     *
     * @param database  of all the relations
     * @param flags     the constants here
     * @param relations their oids; not to be modified
     */
    record Truncate(int database, int flags, int[] relations) implements HeapRecord {
        /** {@code XLH_TRUNCATE_CASCADE}. */
        public static final int CASCADE = 0x01;
        /** {@code XLH_TRUNCATE_RESTART_SEQS}. */
        public static final int RESTART_SEQS = 0x02;

        static final int FLAGS = CASCADE | RESTART_SEQS;
    }

    /** A speculative insertion is one for good. */
    record Confirm(int offset) implements HeapRecord {}

    /**
     * A row lock.
     *
     * @param xmax     the tuple's new {@code xmax}: an xid, or a multixact if {@code infobits} say so
     * @param offset   the tuple
     * @param infobits of the tuple
     * @param flags    {@link LockFlags}
     */
    record Lock(int xmax, int offset, int infobits, int flags) implements HeapRecord {}

    /**
     * A tuple overwritten where it is. What other sessions' caches forget at once, without a commit, is told since 18.
     *
     * @param offset            the tuple
     * @param data              its data, from {@code t_hoff} on, as long as before; empty if an image restores the
     *                          page. Not to be modified, not compared by {@code equals}
     * @param database          the writer's; 0 if nothing is told
     * @param tablespace        that database's own, likewise
     * @param initFileForgotten whether the file that sessions start their relation cache from goes too
     * @param messages          what caches forget
     */
    record Inplace(int offset, Optional<byte[]> data, int database, int tablespace, boolean initFileForgotten,
            List<InvalidationMessage> messages) implements HeapRecord {}
}
