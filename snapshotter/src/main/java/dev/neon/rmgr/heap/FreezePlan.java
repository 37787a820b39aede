package dev.neon.rmgr.heap;

/**
 * What freezing makes of some tuples' headers ({@code REL_17 heapam_xlog.h xlhp_freeze_plan}).
 *
 * @param xmax      the new {@code xmax}, unsigned
 * @param infomask2 the new {@code t_infomask2}
 * @param infomask  the new {@code t_infomask}
 * @param flags     {@link #FREEZE_XVAC} or {@link #INVALID_XVAC}, for what {@code VACUUM FULL} moved before 9.0
 * @param offsets   the tuples; not to be modified
 */
public record FreezePlan(int xmax, int infomask2, int infomask, int flags, int[] offsets) {
    /** {@code XLH_FREEZE_XVAC}: {@code xvac} becomes FrozenTransactionId. */
    public static final int FREEZE_XVAC = 0x02;
    /** {@code XLH_INVALID_XVAC}: {@code xvac} becomes InvalidTransactionId. */
    public static final int INVALID_XVAC = 0x04;

    /** {@code FrozenTransactionId}. */
    static final int FROZEN_XID = 2;

    static final int FLAGS = FREEZE_XVAC | INVALID_XVAC;
}
