package dev.neon.state;

import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.ServerParameters;
import dev.neon.rmgr.origin.ReplicationOriginRecord;
import dev.neon.rmgr.xlog.XlogRecord;
import dev.neon.wal.WalRecord;
import java.util.Arrays;

/** What the server says of itself ({@code REL_17 xlog.c xlog_redo}, {@code origin.c replorigin_redo}). */
final class ServerRedo {
    void redo(XlogRecord said, WalRecord record, ClusterMetadata metadata, ForkEvents events) {
        switch (said) {
            case XlogRecord.ShutdownCheckPoint shutdown -> {
                metadata.counting().redoShutdown(shutdown.checkPoint());
                remember(record, metadata);
            }
            case XlogRecord.OnlineCheckPoint online -> {
                metadata.counting().redoOnline(online.checkPoint());
                remember(record, metadata);
            }
            case XlogRecord.NextOid next -> metadata.counting().nextOid(next.oid());
            case XlogRecord.ParameterChange change -> change(change, metadata, events);
            case XlogRecord.FullPageWritesChange change ->
                    metadata.counting().fullPageWrites(change.fullPageWrites(), record.end());
            case XlogRecord.CheckPointRedo none -> { }
            case XlogRecord.Noop none -> { }
            case XlogRecord.Switch none -> { }
            case XlogRecord.BackupEnd none -> { }
            case XlogRecord.RestorePoint none -> { }
            case XlogRecord.EndOfRecovery none -> { }
            case XlogRecord.FullPageImages none -> { }
            case XlogRecord.FullPageImagesForHint none -> { }
            case XlogRecord.OverwriteContrecord none -> { }
        }
    }

    private static void remember(WalRecord record, ClusterMetadata metadata) {
        metadata.checkPoint(record.start(), Arrays.copyOf(record.main().rest(), CheckPoint.BYTES));
    }

    /** Commit times are kept from here on, or thrown away ({@code REL_17 commit_ts.c CommitTsParameterChange}). */
    private static void change(XlogRecord.ParameterChange change, ClusterMetadata metadata, ForkEvents events) {
        boolean tracks = metadata.parameters().trackCommitTimestamp();
        metadata.parameters(new ServerParameters(change.walLevel().ordinal(), change.walLogHints(),
                change.maxConnections(), change.maxWorkerProcesses(), change.maxWalSenders(),
                change.maxPreparedTransactions(), change.maxLocksPerTransaction(), change.trackCommitTimestamp()));
        if (change.trackCommitTimestamp() && !tracks) {
            beginCommitTs(metadata, events);
        } else if (tracks && !change.trackCommitTimestamp()) {
            metadata.counting().endCommitTs();
            metadata.pages(Slru.COMMIT_TS).clear().forEach(gone -> events.removed(Slru.COMMIT_TS, gone));
        }
    }

    /** {@code ActivateCommitTs}. */
    static void beginCommitTs(ClusterMetadata metadata, ForkEvents events) {
        metadata.counting().beginCommitTs();
        int page = Slru.COMMIT_TS.pageOf(metadata.counting().nextXid());
        if (!metadata.pages(Slru.COMMIT_TS).contains(page)) {
            MetadataRedo.change(Slru.COMMIT_TS, page, true, metadata, events);
        }
    }

    void redo(ReplicationOriginRecord said, ClusterMetadata metadata) {
        switch (said) {
            case ReplicationOriginRecord.Set set ->
                    TransactionRedo.advanceOrigin(set.nodeId(), set.remoteLsn(), set.force(), metadata);
            case ReplicationOriginRecord.Drop drop -> metadata.changeableOrigins().remove(drop.nodeId());
        }
    }
}
