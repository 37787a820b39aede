package dev.neon.rmgr.transaction;

import dev.neon.wal.WalRecord;
import java.time.ZoneId;

/** {@code REL_15 xactdesc.c xact_desc}, which tells more of what 14 knows as well. */
final class TransactionDescription15 extends TransactionDescription14 {
    @Override
    void originOfOthers(OriginProgress origin, WalRecord record, ZoneId zone, StringBuilder text) {
        origin(origin, record, zone, text);
    }

    @Override
    void feedback(Completion commit, StringBuilder text) {
        if (commit.appliesFeedback()) {
            text.append("; apply_feedback");
        }
    }
}
