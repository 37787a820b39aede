package dev.neon.rmgr.storage;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Storage. */
public final class StorageManager {
    /** 14 to 18. */
    public static final ResourceManager<StorageRecord> V14 = ResourceManager.withoutBlocks("Storage",
            Operations.none().with(StorageDecoder14.CREATE, "CREATE").with(StorageDecoder14.TRUNCATE, "TRUNCATE"),
            StorageDecoder14::decode,
            (said, record, text) -> StorageDescription14.append(said, record.major(), text), new StorageRedo());

    private StorageManager() {}
}
