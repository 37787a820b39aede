package dev.neon.rmgr.origin;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager ReplicationOrigin. */
public final class ReplicationOriginManager {
    /** 14 to 18. */
    public static final ResourceManager<ReplicationOriginRecord> V14 = ResourceManager.withoutBlocks("ReplicationOrigin",
            Operations.none().with(ReplicationOriginDecoder14.SET, "SET")
                    .with(ReplicationOriginDecoder14.DROP, "DROP"),
            ReplicationOriginDecoder14::decode,
            (said, record, text) -> ReplicationOriginDescription14.append(said, text));

    private ReplicationOriginManager() {}
}
