package dev.neon.rmgr.spgist;

import dev.neon.rmgr.ItemPointer;

/**
 * A tuple that stands in another's place ({@code REL_17 spgutils.c spgFormDeadTuple}; its form: {@link SpgistPage}).
 *
 * @param state   {@link SpgistPage#REDIRECT}, {@link SpgistPage#DEAD} or {@link SpgistPage#PLACEHOLDER}
 * @param pointer where the other has gone
 * @param xid     with which transaction
 */
record DeadTuple(int state, ItemPointer pointer, int xid) {
    static final DeadTuple DEAD = new DeadTuple(SpgistPage.DEAD, ItemPointer.INVALID, 0);
    static final DeadTuple PLACEHOLDER = new DeadTuple(SpgistPage.PLACEHOLDER, ItemPointer.INVALID, 0);

    private static final int SIZE = 16;

    /** For a tuple that has gone elsewhere; while the index is built nobody needs to know where. */
    static DeadTuple moved(SpgistRecord.State state, ItemPointer to) {
        return state.isBuild() ? PLACEHOLDER : new DeadTuple(SpgistPage.REDIRECT, to, state.redirectXid());
    }

    byte[] bytes() {
        int block = pointer.block();
        int offset = pointer.offset();
        return new byte[] {(byte) (state | SIZE << 2), 0, 0, 0, 0, 0, (byte) (block >>> 16), (byte) (block >>> 24),
            (byte) block, (byte) (block >>> 8), (byte) offset, (byte) (offset >>> 8), (byte) xid, (byte) (xid >>> 8),
            (byte) (xid >>> 16), (byte) (xid >>> 24)};
    }
}
