package dev.neon.rmgr.spgist;

import dev.neon.wal.RecordCursor;

/**
 * Main data of what vacuum does ({@code REL_14 spgxlog.h}).
 * <pre>
 * VACUUM_LEAF      spgxlogVacuumLeaf
 *  0  u16  nDead
 *  2  u16  nPlaceholder
 *  4  u16  nMove
 *  6  u16  nChain
 *  8  spgxlogState
 * 16  u16  toDead[nDead]
 *     u16  toPlaceholder[nPlaceholder]
 *     u16  moveSrc[nMove]
 *     u16  moveDest[nMove]
 *     u16  chainSrc[nChain]
 *     u16  chainDest[nChain]
 *
 * VACUUM_ROOT      spgxlogVacuumRoot
 *  0  u16  nDelete
 *  2  2 bytes of padding
 *  4  spgxlogState
 * 12  u16  toDelete[nDelete]
 *
 * VACUUM_REDIRECT  spgxlogVacuumRedirect
 *  0  u16  nToPlaceholder
 *  2  u16  firstPlaceholder
 *  4  u32  newestRedirectXid
 *  8  u16  toPlaceholder[nToPlaceholder]
 * </pre>
 */
final class VacuumDecoder14 {
    private VacuumDecoder14() {}

    static SpgistRecord leaf(RecordCursor main) {
        int dead = main.u16();
        int placeholder = main.u16();
        int move = main.u16();
        int chain = main.u16();
        SpgistRecord.State stateSrc = SpgistDecoder14.state(main);
        return new SpgistRecord.VacuumLeaf(stateSrc, main.u16s(dead), main.u16s(placeholder), main.u16s(move),
                main.u16s(move), main.u16s(chain), main.u16s(chain));
    }

    static SpgistRecord root(RecordCursor main) {
        int deleted = main.u16();
        main.skip(2);
        return new SpgistRecord.VacuumRoot(SpgistDecoder14.state(main), main.u16s(deleted));
    }

    static SpgistRecord redirect(RecordCursor main) {
        int count = main.u16();
        return new SpgistRecord.VacuumRedirect(main.u16(), main.i32(), false, main.u16s(count));
    }
}
