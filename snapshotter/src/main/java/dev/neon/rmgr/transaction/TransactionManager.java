package dev.neon.rmgr.transaction;

import dev.neon.rmgr.RecordDescription;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Transaction. */
public final class TransactionManager {
    /** 14 only. */
    public static final ResourceManager<TransactionRecord> V14 =
            of(TransactionDecoder14.V14, new TransactionDescription14());
    /** 15 to 17. */
    public static final ResourceManager<TransactionRecord> V15 =
            of(TransactionDecoder14.V15, new TransactionDescription15());
    /** Since 18. */
    public static final ResourceManager<TransactionRecord> V18 =
            of(TransactionDecoder14.V18, new TransactionDescription15());

    private TransactionManager() {}

    private static ResourceManager<TransactionRecord> of(TransactionDecoder14 decoder,
            TransactionDescription14 description) {
        return ResourceManager.withoutBlocks("Transaction", TransactionOperations.NAMES, decoder::decode,
                RecordDescription.withTimes(description::append));
    }
}
