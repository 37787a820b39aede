package dev.neon.rmgr.tablespace;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Tablespace. */
public final class TablespaceManager {
    /** 14 to 18. */
    public static final ResourceManager<TablespaceRecord> V14 = ResourceManager.withoutBlocks("Tablespace",
            Operations.none().with(TablespaceDecoder14.CREATE, "CREATE").with(TablespaceDecoder14.DROP, "DROP"),
            TablespaceDecoder14::decode, (said, record, text) -> TablespaceDescription14.append(said, text));

    private TablespaceManager() {}
}
