package dev.neon.rmgr.clog;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.RecordDecoder;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager CLOG. */
public final class ClogManager {
    /** 14 to 16. */
    public static final ResourceManager<ClogRecord> V14 = form(ClogDecoder14::decode);
    /** 17 and 18: page numbers of 64 bits. */
    public static final ResourceManager<ClogRecord> V17 = form(ClogDecoder17::decode);

    private ClogManager() {}

    private static ResourceManager<ClogRecord> form(RecordDecoder<ClogRecord> decoder) {
        return ResourceManager.withoutBlocks("CLOG",
                Operations.none().with(ClogDecoder14.ZEROPAGE, "ZEROPAGE").with(ClogDecoder14.TRUNCATE, "TRUNCATE"),
                decoder, (said, record, text) -> ClogDescription14.append(said, text));
    }
}
