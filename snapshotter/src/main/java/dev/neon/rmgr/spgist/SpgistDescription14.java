package dev.neon.rmgr.spgist;

/** {@code REL_14 spgdesc.c spg_desc}. */
final class SpgistDescription14 {
    private SpgistDescription14() {}

    static void append(SpgistRecord said, StringBuilder text) {
        switch (said) {
            case SpgistRecord.AddLeaf add -> {
                text.append("off: ").append(add.offnumLeaf()).append(", headoff: ").append(add.offnumHeadLeaf());
                parent(add.offnumParent(), add.nodeI(), text);
                flag(add.newPage(), " (newpage)", text);
                flag(add.storesNulls(), " (nulls)", text);
            }
            case SpgistRecord.MoveLeafs move -> {
                text.append("nmoves: ").append(move.toDelete().length);
                parent(move.offnumParent(), move.nodeI(), text);
                flag(move.newPage(), " (newpage)", text);
                flag(move.replaceDead(), " (replacedead)", text);
                flag(move.storesNulls(), " (nulls)", text);
            }
            case SpgistRecord.AddNode add -> {
                text.append("off: ").append(add.offnum()).append(", newoff: ").append(add.offnumNew())
                        .append(", parentBlk: ").append(add.parentBlk());
                parent(add.offnumParent(), add.nodeI(), text);
                flag(add.newPage(), " (newpage)", text);
            }
            case SpgistRecord.SplitTuple split -> {
                text.append("prefixoff: ").append(split.offnumPrefix())
                        .append(", postfixoff: ").append(split.offnumPostfix());
                flag(split.newPage(), " (newpage)", text);
                flag(split.postfixBlkSame(), " (same)", text);
            }
            case SpgistRecord.PickSplit split -> {
                text.append("ndelete: ").append(split.toDelete().length)
                        .append(", ninsert: ").append(split.toInsert().size())
                        .append(", inneroff: ").append(split.offnumInner());
                parent(split.offnumParent(), split.nodeI(), text);
                flag(split.innerIsParent(), " (innerIsParent)", text);
                flag(split.storesNulls(), " (nulls)", text);
                flag(split.isRootSplit(), " (isRootSplit)", text);
            }
            case SpgistRecord.VacuumLeaf vacuum -> text.append("ndead: ").append(vacuum.toDead().length)
                    .append(", nplaceholder: ").append(vacuum.toPlaceholder().length)
                    .append(", nmove: ").append(vacuum.moveSrc().length)
                    .append(", nchain: ").append(vacuum.chainSrc().length);
            case SpgistRecord.VacuumRoot vacuum -> text.append("ndelete: ").append(vacuum.toDelete().length);
            case SpgistRecord.VacuumRedirect vacuum -> append(vacuum, "newestredirectxid", text);
        }
    }

    /** @param horizon what the release calls it */
    static void append(SpgistRecord.VacuumRedirect vacuum, String horizon, StringBuilder text) {
        text.append("ntoplaceholder: ").append(vacuum.toPlaceholder().length)
                .append(", firstplaceholder: ").append(vacuum.firstPlaceholder())
                .append(", ").append(horizon).append(": ")
                .append(Integer.toUnsignedString(vacuum.snapshotConflictHorizon()));
    }

    private static void parent(int offnum, int nodeI, StringBuilder text) {
        text.append(", parentoff: ").append(offnum).append(", nodeI: ").append(nodeI);
    }

    private static void flag(boolean isSet, String name, StringBuilder text) {
        text.append(isSet ? name : "");
    }
}
