package dev.neon.rmgr.standby;

import dev.neon.rmgr.InvalidationDecoder14;
import dev.neon.rmgr.InvalidationDecoder18;
import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Standby. */
public final class StandbyManager {
    private static final Operations OPERATIONS = Operations.none().with(StandbyDecoder14.LOCK, "LOCK")
            .with(StandbyDecoder14.RUNNING_XACTS, "RUNNING_XACTS")
            .with(StandbyDecoder14.INVALIDATIONS, "INVALIDATIONS");

    /** 14 and 15. */
    public static final ResourceManager<StandbyRecord> V14 = of(InvalidationDecoder14.V14, new StandbyDescription14());
    /** 16 and 17. */
    public static final ResourceManager<StandbyRecord> V16 = of(InvalidationDecoder14.V14, new StandbyDescription16());
    /** Since 18. */
    public static final ResourceManager<StandbyRecord> V18 = of(InvalidationDecoder18.V18, new StandbyDescription16());

    private StandbyManager() {}

    private static ResourceManager<StandbyRecord> of(InvalidationDecoder14 invalidations,
            StandbyDescription14 description) {
        return ResourceManager.withoutBlocks("Standby", OPERATIONS, new StandbyDecoder14(invalidations)::decode,
                (said, record, text) -> description.append(said, text));
    }
}
