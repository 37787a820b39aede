package dev.neon.rmgr.relmap;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.RecordDecoder;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager RelMap. */
public final class RelMapManager {
    /** 14 and 15. */
    public static final ResourceManager<RelMapRecord> V14 = form(RelMapDecoder14::decode);
    /** 16 to 18: a larger map. */
    public static final ResourceManager<RelMapRecord> V16 = form(RelMapDecoder16::decode);

    private RelMapManager() {}

    private static ResourceManager<RelMapRecord> form(RecordDecoder<RelMapRecord> decoder) {
        return ResourceManager.withoutBlocks("RelMap", Operations.none().with(RelMapDecoder14.UPDATE, "UPDATE"), decoder,
                (said, record, text) -> RelMapDescription14.append(said, text));
    }
}
