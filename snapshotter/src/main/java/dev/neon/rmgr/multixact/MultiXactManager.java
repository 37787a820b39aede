package dev.neon.rmgr.multixact;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.RecordDecoder;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager MultiXact. */
public final class MultiXactManager {
    /** 14 to 16. */
    public static final ResourceManager<MultiXactRecord> V14 = form(MultiXactDecoder14::decode);
    /** 17 and 18: page numbers of 64 bits. */
    public static final ResourceManager<MultiXactRecord> V17 = form(MultiXactDecoder17::decode);

    private MultiXactManager() {}

    private static ResourceManager<MultiXactRecord> form(RecordDecoder<MultiXactRecord> decoder) {
        Operations operations = Operations.none()
                .with(MultiXactDecoder14.ZERO_OFF_PAGE, "ZERO_OFF_PAGE")
                .with(MultiXactDecoder14.ZERO_MEM_PAGE, "ZERO_MEM_PAGE")
                .with(MultiXactDecoder14.CREATE_ID, "CREATE_ID")
                .with(MultiXactDecoder14.TRUNCATE_ID, "TRUNCATE_ID");
        return ResourceManager.withoutBlocks("MultiXact", operations, decoder,
                (said, record, text) -> MultiXactDescription14.append(said, text));
    }
}
