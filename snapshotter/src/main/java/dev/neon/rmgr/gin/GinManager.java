package dev.neon.rmgr.gin;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Gin. */
public final class GinManager {
    /** 14 to 18. */
    public static final ResourceManager<GinRecord> V14 = new ResourceManager<>("Gin", Operations.none()
            .with(GinDecoder14.CREATE_PTREE, "CREATE_PTREE")
            .with(GinDecoder14.INSERT, "INSERT")
            .with(GinDecoder14.SPLIT, "SPLIT")
            .with(GinDecoder14.VACUUM_PAGE, "VACUUM_PAGE")
            .with(GinDecoder14.VACUUM_DATA_LEAF_PAGE, "VACUUM_DATA_LEAF_PAGE")
            .with(GinDecoder14.DELETE_PAGE, "DELETE_PAGE")
            .with(GinDecoder14.UPDATE_META_PAGE, "UPDATE_META_PAGE")
            .with(GinDecoder14.INSERT_LISTPAGE, "INSERT_LISTPAGE")
            .with(GinDecoder14.DELETE_LISTPAGE, "DELETE_LISTPAGE"), GinDecoder14::decode, GinDescription14::append,
            new GinRedo());

    private GinManager() {}
}
