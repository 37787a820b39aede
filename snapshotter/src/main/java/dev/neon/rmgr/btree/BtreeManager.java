package dev.neon.rmgr.btree;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Btree. */
public final class BtreeManager {
    private static final Operations OPERATIONS = Operations.none()
            .with(BtreeDecoder14.INSERT_LEAF, "INSERT_LEAF")
            .with(BtreeDecoder14.INSERT_UPPER, "INSERT_UPPER")
            .with(BtreeDecoder14.INSERT_META, "INSERT_META")
            .with(BtreeDecoder14.SPLIT_L, "SPLIT_L")
            .with(BtreeDecoder14.SPLIT_R, "SPLIT_R")
            .with(BtreeDecoder14.INSERT_POST, "INSERT_POST")
            .with(BtreeDecoder14.DEDUP, "DEDUP")
            .with(BtreeDecoder14.DELETE, "DELETE")
            .with(BtreeDecoder14.UNLINK_PAGE, "UNLINK_PAGE")
            .with(BtreeDecoder14.UNLINK_PAGE_META, "UNLINK_PAGE_META")
            .with(BtreeDecoder14.NEWROOT, "NEWROOT")
            .with(BtreeDecoder14.MARK_PAGE_HALFDEAD, "MARK_PAGE_HALFDEAD")
            .with(BtreeDecoder14.VACUUM, "VACUUM")
            .with(BtreeDecoder14.REUSE_PAGE, "REUSE_PAGE")
            .with(BtreeDecoder14.META_CLEANUP, "META_CLEANUP");

    private static final BtreeRedo REDO = new BtreeRedo();

    /** 14 and 15. */
    public static final ResourceManager<BtreeRecord> V14 = new ResourceManager<>("Btree", OPERATIONS,
            BtreeDecoder14::decode, (said, record, text) -> BtreeDescription14.append(said, text), REDO);
    /** 16. */
    public static final ResourceManager<BtreeRecord> V16 = new ResourceManager<>("Btree", OPERATIONS,
            BtreeDecoder16::decode, (said, record, text) -> BtreeDescription16.append(said, text), REDO);
    /** 17. */
    public static final ResourceManager<BtreeRecord> V17 = new ResourceManager<>("Btree", OPERATIONS,
            BtreeDecoder16::decode, (said, record, text) -> BtreeDescription17.append(said, text), REDO);
    /** 18. */
    public static final ResourceManager<BtreeRecord> V18 = new ResourceManager<>("Btree", OPERATIONS,
            BtreeDecoder18::decode, (said, record, text) -> BtreeDescription17.append(said, text), REDO);

    private BtreeManager() {}
}
