package dev.neon.rmgr.spgist;

import dev.neon.wal.RecordCursor;
import java.util.ArrayList;
import java.util.List;

/**
 * Main data of PICKSPLIT ({@code REL_14 spgxlog.h spgxlogPickSplit}).
 * <pre>
 *  0  bool isRootSplit
 *  1  a byte of padding
 *  2  u16  nDelete
 *  4  u16  nInsert
 *  6  bool initSrc
 *  7  bool initDest
 *  8  u16  offnumInner
 * 10  bool initInner
 * 11  bool storesNulls
 * 12  bool innerIsParent
 * 13  a byte of padding
 * 14  u16  offnumParent
 * 16  u16  nodeI
 * 18  2 bytes of padding
 * 20  spgxlogState
 * 28  u16  toDelete[nDelete]
 *     u16  toInsert[nInsert]
 *     u8   leafPageSelect[nInsert]  0 source page, 1 destination page
 *     inner tuple
 *     leaf tuples [nInsert]
 * </pre>
 */
final class PickSplitDecoder14 {
    private PickSplitDecoder14() {}

    static SpgistRecord decode(RecordCursor main) {
        boolean isRootSplit = main.bool();
        main.skip(1);
        int deleted = main.u16();
        int inserted = main.u16();
        boolean initSrc = main.bool();
        boolean initDest = main.bool();
        int offnumInner = main.u16();
        boolean initInner = main.bool();
        boolean storesNulls = main.bool();
        boolean innerIsParent = main.bool();
        main.skip(1);
        int offnumParent = main.u16();
        int nodeI = main.u16();
        main.skip(2);
        SpgistRecord.State stateSrc = SpgistDecoder14.state(main);
        int[] toDelete = main.u16s(deleted);
        int[] toInsert = main.u16s(inserted);
        byte[] pages = main.bytes(inserted);
        byte[] innerTuple = SpgistDecoder14.innerTuple(main);
        List<SpgistRecord.Leaf> leaves = new ArrayList<>();
        for (int i = 0; i < inserted; i++) {
            leaves.add(new SpgistRecord.Leaf(toInsert[i], pages[i] != 0, SpgistDecoder14.leafTuple(main)));
        }
        return new SpgistRecord.PickSplit(isRootSplit, initSrc, initDest, offnumInner, initInner, storesNulls,
                innerIsParent, offnumParent, nodeI, stateSrc, toDelete, innerTuple, List.copyOf(leaves));
    }
}
