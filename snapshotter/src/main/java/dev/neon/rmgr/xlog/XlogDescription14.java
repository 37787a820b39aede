package dev.neon.rmgr.xlog;

import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.TimestampTz;
import dev.neon.postgres.WalLevel;
import java.time.ZoneId;
import java.util.Optional;

/** {@code REL_14 xlogdesc.c xlog_desc}, and {@code REL_17}, which adds only the {@code wal_level} to some records. */
final class XlogDescription14 {
    private XlogDescription14() {}

    static void append(XlogRecord said, ZoneId zone, StringBuilder text) {
        switch (said) {
            case XlogRecord.ShutdownCheckPoint(CheckPoint checkPoint, Optional<WalLevel> walLevel) ->
                    checkPoint(checkPoint, walLevel, "shutdown", text);
            case XlogRecord.OnlineCheckPoint(CheckPoint checkPoint, Optional<WalLevel> walLevel) ->
                    checkPoint(checkPoint, walLevel, "online", text);
            case XlogRecord.CheckPointRedo redo -> text.append("wal_level ").append(redo.walLevel());
            case XlogRecord.NextOid next -> text.append(Integer.toUnsignedString(next.oid()));
            case XlogRecord.BackupEnd end -> text.append(end.start());
            case XlogRecord.ParameterChange change -> parameterChange(change, text);
            case XlogRecord.RestorePoint point -> text.append(point.name());
            case XlogRecord.FullPageWritesChange change -> text.append(change.fullPageWrites());
            case XlogRecord.EndOfRecovery end -> {
                text.append("tli ").append(Integer.toUnsignedString(end.timeline()))
                        .append("; prev tli ").append(Integer.toUnsignedString(end.previousTimeline()))
                        .append("; time ");
                TimestampTz.append(end.time(), zone, text);
                walLevel(end.walLevel(), text);
            }
            case XlogRecord.OverwriteContrecord overwrite -> {
                text.append("lsn ").append(overwrite.overwritten()).append("; time ");
                TimestampTz.append(overwrite.time(), zone, text);
            }
            case XlogRecord.Noop none -> {}
            case XlogRecord.Switch none -> {}
            case XlogRecord.FullPageImages none -> {}
            case XlogRecord.FullPageImagesForHint none -> {}
        }
    }

    private static void checkPoint(CheckPoint at, Optional<WalLevel> walLevel, String kind, StringBuilder text) {
        text.append("redo ").append(at.redo())
                .append("; tli ").append(Integer.toUnsignedString(at.timeline()))
                .append("; prev tli ").append(Integer.toUnsignedString(at.previousTimeline()))
                .append("; fpw ").append(at.fullPageWrites());
        walLevel(walLevel, text);
        text.append("; xid ").append(at.nextXid() >>> 32).append(':').append(at.nextXid() & 0xFFFF_FFFFL)
                .append("; oid ").append(at.nextOid())
                .append("; multi ").append(at.nextMulti())
                .append("; offset ").append(at.nextMultiOffset())
                .append("; oldest xid ").append(at.oldestXid()).append(" in DB ").append(at.oldestXidDatabase())
                .append("; oldest multi ").append(at.oldestMulti()).append(" in DB ").append(at.oldestMultiDatabase())
                .append("; oldest/newest commit timestamp xid: ").append(at.oldestCommitTsXid()).append('/')
                .append(at.newestCommitTsXid())
                .append("; oldest running xid ").append(at.oldestActiveXid())
                .append("; ").append(kind);
    }

    private static void walLevel(Optional<WalLevel> walLevel, StringBuilder text) {
        walLevel.ifPresent(level -> text.append("; wal_level ").append(level));
    }

    private static void parameterChange(XlogRecord.ParameterChange change, StringBuilder text) {
        text.append("max_connections=").append(change.maxConnections())
                .append(" max_worker_processes=").append(change.maxWorkerProcesses())
                .append(" max_wal_senders=").append(change.maxWalSenders())
                .append(" max_prepared_xacts=").append(change.maxPreparedTransactions())
                .append(" max_locks_per_xact=").append(change.maxLocksPerTransaction())
                .append(" wal_level=").append(change.walLevel())
                .append(" wal_log_hints=").append(onOff(change.walLogHints()))
                .append(" track_commit_timestamp=").append(onOff(change.trackCommitTimestamp()));
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }
}
