package dev.neon.state;

import dev.neon.postgres.ForkNumber;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import dev.neon.rmgr.transaction.Completion;
import dev.neon.rmgr.transaction.TransactionRecord;
import dev.neon.wal.WalRecord;
import java.util.Arrays;

/** What transactions do apart from the bits of their ends ({@code REL_17 xact.c xact_redo}, {@code twophase.c}). */
final class TransactionRedo {
    /** {@code DoNotReplicateId}: an origin of which no progress is kept. */
    private static final int DO_NOT_REPLICATE = 0xFFFF;

    void redo(TransactionRecord said, WalRecord record, ClusterMetadata metadata, ForkEvents events) {
        switch (said) {
            case TransactionRecord.Commit commit -> {
                passTimes(commit.completion(), metadata, events);
                end(commit.completion(), record, metadata, events);
            }
            case TransactionRecord.Abort abort -> end(abort.completion(), record, metadata, events);
            case TransactionRecord.Prepare prepare -> {
                // Recovery does so at its end, for those that are left (REL_17 twophase.c ProcessTwoPhaseBuffer): a
                // subtransaction need not have a record of its own.
                metadata.counting().passXid(XidOrder.latest(prepare.xid(), prepare.subtransactions()));
                metadata.changeableTwoPhase().put(metadata.counting().full(prepare.xid()), prepare.state());
                if (record.origin() != 0) {
                    advanceOrigin(record.origin(), prepare.origin().lsn(), false, metadata);
                }
            }
            case TransactionRecord.Assignment told -> { }
            case TransactionRecord.Invalidations told -> { }
        }
    }

    private static void passTimes(Completion end, ClusterMetadata metadata, ForkEvents events) {
        if (!metadata.parameters().trackCommitTimestamp()) {
            return;
        }
        change(Slru.COMMIT_TS, end, metadata, events);
        int[] subtransactions = end.subtransactions();
        metadata.counting().passCommitTs(
                subtransactions.length > 0 ? subtransactions[subtransactions.length - 1] : end.xid());
    }

    private static void end(Completion end, WalRecord record, ClusterMetadata metadata, ForkEvents events) {
        metadata.counting().passXid(XidOrder.latest(end.xid(), end.subtransactions()));
        change(Slru.XACT, end, metadata, events);
        end.origin().ifPresent(progress -> advanceOrigin(record.origin(), progress.lsn(), false, metadata));
        for (RelFileLocator relation : end.relations()) {
            for (ForkNumber fork : ForkNumber.values()) {
                MetadataRedo.drop(new ForkKey(relation, fork.ordinal()), metadata, events);
            }
        }
        if (end.prepared()) {
            metadata.changeableTwoPhase().remove(metadata.counting().full(end.xid()));
        }
    }

    /** The pages of a transaction and its subtransactions, each once. */
    private static void change(Slru slru, Completion end, ClusterMetadata metadata, ForkEvents events) {
        int[] pages = new int[1];
        pages[0] = slru.pageOf(end.xid());
        MetadataRedo.change(slru, pages[0], false, metadata, events);
        for (int xid : end.subtransactions()) {
            int page = slru.pageOf(xid);
            if (page != pages[pages.length - 1] && !contains(pages, page)) {
                pages = Arrays.copyOf(pages, pages.length + 1);
                pages[pages.length - 1] = page;
                MetadataRedo.change(slru, page, false, metadata, events);
            }
        }
    }

    private static boolean contains(int[] pages, int page) {
        for (int one : pages) {
            if (one == page) {
                return true;
            }
        }
        return false;
    }

    /** {@code REL_17 origin.c replorigin_advance}. */
    static void advanceOrigin(int origin, Lsn progress, boolean mayGoBack, ClusterMetadata metadata) {
        if (origin != DO_NOT_REPLICATE) {
            metadata.changeableOrigins().merge(origin, progress,
                    (before, now) -> mayGoBack || before.isBefore(now) ? now : before);
        }
    }
}
