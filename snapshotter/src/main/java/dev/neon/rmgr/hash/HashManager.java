package dev.neon.rmgr.hash;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Hash. */
public final class HashManager {
    private static final Operations OPERATIONS = Operations.none()
            .with(HashDecoder14.INIT_META_PAGE, "INIT_META_PAGE")
            .with(HashDecoder14.INIT_BITMAP_PAGE, "INIT_BITMAP_PAGE")
            .with(HashDecoder14.INSERT, "INSERT")
            .with(HashDecoder14.ADD_OVFL_PAGE, "ADD_OVFL_PAGE")
            .with(HashDecoder14.SPLIT_ALLOCATE_PAGE, "SPLIT_ALLOCATE_PAGE")
            .with(HashDecoder14.SPLIT_PAGE, "SPLIT_PAGE")
            .with(HashDecoder14.SPLIT_COMPLETE, "SPLIT_COMPLETE")
            .with(HashDecoder14.MOVE_PAGE_CONTENTS, "MOVE_PAGE_CONTENTS")
            .with(HashDecoder14.SQUEEZE_PAGE, "SQUEEZE_PAGE")
            .with(HashDecoder14.DELETE, "DELETE")
            .with(HashDecoder14.SPLIT_CLEANUP, "SPLIT_CLEANUP")
            .with(HashDecoder14.UPDATE_META_PAGE, "UPDATE_META_PAGE")
            .with(HashDecoder14.VACUUM_ONE_PAGE, "VACUUM_ONE_PAGE");

    private static final HashRedo REDO = new HashRedo();

    /** 14 and 15. */
    public static final ResourceManager<HashRecord> V14 = new ResourceManager<>("Hash", OPERATIONS,
            HashDecoder14::decode, (said, record, text) -> HashDescription14.append(said, text), REDO);
    /** 16. */
    public static final ResourceManager<HashRecord> V16 = new ResourceManager<>("Hash", OPERATIONS,
            HashDecoder16::decode, (said, record, text) -> HashDescription16.append(said, text), REDO);
    /** 17 and 18. */
    public static final ResourceManager<HashRecord> V17 = new ResourceManager<>("Hash", OPERATIONS,
            HashDecoder17::decode, (said, record, text) -> HashDescription17.append(said, text), REDO);

    private HashManager() {}
}
