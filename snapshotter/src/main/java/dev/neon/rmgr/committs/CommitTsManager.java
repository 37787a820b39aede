package dev.neon.rmgr.committs;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.RecordDecoder;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager CommitTs. */
public final class CommitTsManager {
    /** 14 to 16. */
    public static final ResourceManager<CommitTsRecord> V14 = form(CommitTsDecoder14::decode);
    /** 17 and 18: page numbers of 64 bits. */
    public static final ResourceManager<CommitTsRecord> V17 = form(CommitTsDecoder17::decode);

    private CommitTsManager() {}

    private static ResourceManager<CommitTsRecord> form(RecordDecoder<CommitTsRecord> decoder) {
        return ResourceManager.withoutBlocks("CommitTs", Operations.none().with(CommitTsDecoder14.ZEROPAGE, "ZEROPAGE")
                .with(CommitTsDecoder14.TRUNCATE, "TRUNCATE"), decoder,
                (said, record, text) -> CommitTsDescription14.append(said, text));
    }
}
