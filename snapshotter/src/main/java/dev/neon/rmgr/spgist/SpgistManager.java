package dev.neon.rmgr.spgist;

import dev.neon.rmgr.BlockRedo;
import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager SPGist. */
public final class SpgistManager {
    private static final Operations OPERATIONS = Operations.none()
            .with(SpgistDecoder14.ADD_LEAF, "ADD_LEAF")
            .with(SpgistDecoder14.MOVE_LEAFS, "MOVE_LEAFS")
            .with(SpgistDecoder14.ADD_NODE, "ADD_NODE")
            .with(SpgistDecoder14.SPLIT_TUPLE, "SPLIT_TUPLE")
            .with(SpgistDecoder14.PICKSPLIT, "PICKSPLIT")
            .with(SpgistDecoder14.VACUUM_LEAF, "VACUUM_LEAF")
            .with(SpgistDecoder14.VACUUM_ROOT, "VACUUM_ROOT")
            .with(SpgistDecoder14.VACUUM_REDIRECT, "VACUUM_REDIRECT");
    private static final BlockRedo<SpgistRecord> REDO = new SpgistRedo();

    /** 14 and 15. */
    public static final ResourceManager<SpgistRecord> V14 = new ResourceManager<>("SPGist", OPERATIONS,
            SpgistDecoder14::decode, (said, record, text) -> SpgistDescription14.append(said, text), REDO);
    /** 16: whether the table is a catalog, for logical decoding on standbys. */
    public static final ResourceManager<SpgistRecord> V16 = new ResourceManager<>("SPGist", OPERATIONS,
            SpgistDecoder16::decode, (said, record, text) -> SpgistDescription16.append(said, text), REDO);
    /** 17 and 18: the same, but described. */
    public static final ResourceManager<SpgistRecord> V17 = new ResourceManager<>("SPGist", OPERATIONS,
            SpgistDecoder16::decode, (said, record, text) -> SpgistDescription17.append(said, text), REDO);

    private SpgistManager() {}
}
