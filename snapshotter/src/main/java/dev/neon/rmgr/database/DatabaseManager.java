package dev.neon.rmgr.database;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.RecordDescription;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Database. */
public final class DatabaseManager {
    private static final RecordDescription<DatabaseRecord> DESCRIPTION =
            (said, record, text) -> DatabaseDescription14.append(said, text);

    /** 14: databases are made as copies of files only. */
    public static final ResourceManager<DatabaseRecord> V14 = ResourceManager.withoutBlocks("Database",
            Operations.none().with(DatabaseDecoder14.CREATE, "CREATE").with(DatabaseDecoder14.DROP, "DROP"),
            DatabaseDecoder14::decode, DESCRIPTION);
    /** 15 to 18: or block by block, through WAL. */
    public static final ResourceManager<DatabaseRecord> V15 = ResourceManager.withoutBlocks("Database",
            Operations.none().with(DatabaseDecoder15.CREATE_FILE_COPY, "CREATE_FILE_COPY")
                    .with(DatabaseDecoder15.CREATE_WAL_LOG, "CREATE_WAL_LOG").with(DatabaseDecoder15.DROP, "DROP"),
            DatabaseDecoder15::decode, DESCRIPTION);

    private DatabaseManager() {}
}
