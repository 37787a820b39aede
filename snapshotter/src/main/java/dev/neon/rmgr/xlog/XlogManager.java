package dev.neon.rmgr.xlog;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.RecordDescription;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager XLOG. */
public final class XlogManager {
    private static final Operations OPERATIONS_14 = Operations.none()
            .with(XlogDecoder14.CHECKPOINT_SHUTDOWN, "CHECKPOINT_SHUTDOWN")
            .with(XlogDecoder14.CHECKPOINT_ONLINE, "CHECKPOINT_ONLINE")
            .with(XlogDecoder14.NOOP, "NOOP")
            .with(XlogDecoder14.NEXTOID, "NEXTOID")
            .with(XlogDecoder14.SWITCH, "SWITCH")
            .with(XlogDecoder14.BACKUP_END, "BACKUP_END")
            .with(XlogDecoder14.PARAMETER_CHANGE, "PARAMETER_CHANGE")
            .with(XlogDecoder14.RESTORE_POINT, "RESTORE_POINT")
            .with(XlogDecoder14.FPW_CHANGE, "FPW_CHANGE")
            .with(XlogDecoder14.END_OF_RECOVERY, "END_OF_RECOVERY")
            .with(XlogDecoder14.FPI_FOR_HINT, "FPI_FOR_HINT")
            .with(XlogDecoder14.FPI, "FPI")
            .with(XlogDecoder14.OVERWRITE_CONTRECORD, "OVERWRITE_CONTRECORD");
    private static final Operations OPERATIONS_17 =
            OPERATIONS_14.with(XlogDecoder17.CHECKPOINT_REDO, "CHECKPOINT_REDO");

    /** 14 to 16. */
    public static final ResourceManager<XlogRecord> V14 = of(OPERATIONS_14, new XlogDecoder14());
    /** Since 17. */
    public static final ResourceManager<XlogRecord> V17 = of(OPERATIONS_17, new XlogDecoder17());

    private XlogManager() {}

    private static ResourceManager<XlogRecord> of(Operations operations, XlogDecoder14 decoder) {
        return new ResourceManager<>("XLOG", operations, decoder::decode,
                RecordDescription.withTimes((said, record, zone, text) -> XlogDescription14.append(said, zone, text)),
                new XlogRedo());
    }
}
