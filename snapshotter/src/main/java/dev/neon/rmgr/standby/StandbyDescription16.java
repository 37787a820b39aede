package dev.neon.rmgr.standby;

/** {@code REL_16 standbydesc.c standby_desc}, which lists subtransactions. */
final class StandbyDescription16 extends StandbyDescription14 {
    @Override
    void subtransactions(StandbyRecord.RunningTransactions running, StringBuilder text) {
        if (running.subtransactionsMissing()) {
            text.append("; subxid overflowed");
        }
        xids("subxacts", running.subtransactions(), text);
    }
}
