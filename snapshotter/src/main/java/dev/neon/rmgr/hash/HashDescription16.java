package dev.neon.rmgr.hash;

import dev.neon.rmgr.hash.HashRecord.VacuumOnePage;

/** {@code REL_16 hashdesc.c hash_desc}: {@link HashDescription14} with another name for the xid. */
final class HashDescription16 {
    private HashDescription16() {}

    static void append(HashRecord said, StringBuilder text) {
        if (said instanceof VacuumOnePage vacuum) {
            text.append("ntuples ").append(vacuum.deleted().length).append(", snapshotConflictHorizon ")
                    .append(HashDescription14.unsigned(vacuum.snapshotConflictHorizon()));
        } else {
            HashDescription14.append(said, text);
        }
    }
}
