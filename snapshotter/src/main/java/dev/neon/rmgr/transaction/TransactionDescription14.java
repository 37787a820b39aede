package dev.neon.rmgr.transaction;

import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.RelationPath;
import dev.neon.postgres.TimestampTz;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.InvalidationDescription;
import dev.neon.wal.WalRecord;
import java.time.ZoneId;
import java.util.List;

/** {@code REL_14 xactdesc.c xact_desc}. */
sealed class TransactionDescription14 permits TransactionDescription15 {
    TransactionDescription14() {}

    final void append(TransactionRecord said, WalRecord record, ZoneId zone, StringBuilder text) {
        switch (said) {
            case TransactionRecord.Commit(Completion commit) -> commit(commit, record, zone, text);
            case TransactionRecord.Abort(Completion abort) -> abort(abort, record, zone, text);
            case TransactionRecord.Prepare prepare -> prepare(prepare, record, zone, text);
            case TransactionRecord.Assignment assignment -> {
                text.append("xtop ").append(Integer.toUnsignedString(assignment.topLevelXid())).append(": subxacts:");
                xids(assignment.subtransactions(), text);
            }
            case TransactionRecord.Invalidations invalidations ->
                    InvalidationDescription.append(invalidations.messages(), false, 0, 0, text);
        }
    }

    private void commit(Completion commit, WalRecord record, ZoneId zone, StringBuilder text) {
        start(commit, record, zone, text);
        statistics("", commit.statistics(), text);
        InvalidationDescription.append(commit.invalidations(), commit.updatesRelcacheInitFile(), commit.database(),
                commit.tablespace(), text);
        feedback(commit, text);
        if (commit.forcesSync()) {
            text.append("; sync");
        }
        commit.origin().ifPresent(origin -> origin(origin, record, zone, text));
    }

    /** In 15 statistics come last. */
    private void abort(Completion abort, WalRecord record, ZoneId zone, StringBuilder text) {
        start(abort, record, zone, text);
        abort.origin().ifPresent(origin -> originOfOthers(origin, record, zone, text));
        statistics("", abort.statistics(), text);
    }

    private static void start(Completion end, WalRecord record, ZoneId zone, StringBuilder text) {
        if (end.prepared()) {
            text.append(Integer.toUnsignedString(end.xid())).append(": ");
        }
        TimestampTz.append(end.time(), zone, text);
        relations("rels", end.relations(), record, text);
        subtransactions(end.subtransactions(), text);
    }

    private void prepare(TransactionRecord.Prepare prepare, WalRecord record, ZoneId zone, StringBuilder text) {
        text.append("gid ").append(prepare.gid()).append(": ");
        TimestampTz.append(prepare.time(), zone, text);
        relations("rels(commit)", prepare.commitRelations(), record, text);
        relations("rels(abort)", prepare.abortRelations(), record, text);
        statistics("commit ", prepare.commitStatistics(), text);
        statistics("abort ", prepare.abortStatistics(), text);
        subtransactions(prepare.subtransactions(), text);
        InvalidationDescription.append(prepare.invalidations(), prepare.relcacheInitFile(), prepare.database(), 0,
                text);
        if (record.origin() != 0) {
            originOfOthers(prepare.origin(), record, zone, text);
        }
    }

    private static void relations(String label, List<RelFileLocator> relations, WalRecord record, StringBuilder text) {
        if (!relations.isEmpty()) {
            text.append("; ").append(label).append(':');
            relations.forEach(relation ->
                    text.append(' ').append(RelationPath.of(record.major(), relation, ForkNumber.MAIN)));
        }
    }

    private static void subtransactions(int[] xids, StringBuilder text) {
        if (xids.length > 0) {
            xids(xids, text.append("; subxacts:"));
        }
    }

    private static void xids(int[] xids, StringBuilder text) {
        for (int xid : xids) {
            text.append(' ').append(Integer.toUnsignedString(xid));
        }
    }

    private static void statistics(String label, List<DroppedStatistics> statistics, StringBuilder text) {
        if (!statistics.isEmpty()) {
            text.append("; ").append(label).append("dropped stats:");
            statistics.forEach(item -> text.append(' ').append(item.kind()).append('/')
                    .append(Integer.toUnsignedString(item.database())).append('/')
                    .append(Long.toUnsignedString(item.object())));
        }
    }

    static void origin(OriginProgress origin, WalRecord record, ZoneId zone, StringBuilder text) {
        text.append("; origin: node ").append(record.origin()).append(", lsn ").append(origin.lsn()).append(", at ");
        TimestampTz.append(origin.time(), zone, text);
    }

    /** Of commit only, before 15. */
    void originOfOthers(OriginProgress origin, WalRecord record, ZoneId zone, StringBuilder text) {}

    /** Since 15. */
    void feedback(Completion commit, StringBuilder text) {}
}
