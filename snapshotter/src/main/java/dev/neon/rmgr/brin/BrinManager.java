package dev.neon.rmgr.brin;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager BRIN. */
public final class BrinManager {
    /** 14 to 18. */
    public static final ResourceManager<BrinRecord> V14 = new ResourceManager<>("BRIN", Operations.none()
            .with(BrinDecoder14.CREATE_INDEX, "CREATE_INDEX")
            .with(BrinDecoder14.INSERT, "INSERT")
            .with(BrinDecoder14.INSERT | BrinDecoder14.INIT_PAGE, "INSERT+INIT")
            .with(BrinDecoder14.UPDATE, "UPDATE")
            .with(BrinDecoder14.UPDATE | BrinDecoder14.INIT_PAGE, "UPDATE+INIT")
            .with(BrinDecoder14.SAMEPAGE_UPDATE, "SAMEPAGE_UPDATE")
            .with(BrinDecoder14.REVMAP_EXTEND, "REVMAP_EXTEND")
            .with(BrinDecoder14.DESUMMARIZE, "DESUMMARIZE"),
            BrinDecoder14::decode, (said, record, text) -> BrinDescription14.append(said, text),
            new BrinRedo());

    private BrinManager() {}
}
