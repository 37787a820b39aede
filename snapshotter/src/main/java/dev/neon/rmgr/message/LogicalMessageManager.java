package dev.neon.rmgr.message;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager LogicalMessage. */
public final class LogicalMessageManager {
    /** 14 to 18. */
    public static final ResourceManager<LogicalMessageRecord> V14 = ResourceManager.withoutBlocks("LogicalMessage",
            Operations.none().with(LogicalMessageDecoder14.MESSAGE, "MESSAGE"), LogicalMessageDecoder14::decode,
            (said, record, text) -> LogicalMessageDescription14.append(said, text));

    private LogicalMessageManager() {}
}
