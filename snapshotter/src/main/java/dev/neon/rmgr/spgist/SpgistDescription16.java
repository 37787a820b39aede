package dev.neon.rmgr.spgist;

/** {@code REL_16 spgdesc.c spg_desc}: another word for the horizon of conflicts. */
final class SpgistDescription16 {
    private SpgistDescription16() {}

    static void append(SpgistRecord said, StringBuilder text) {
        if (said instanceof SpgistRecord.VacuumRedirect vacuum) {
            SpgistDescription14.append(vacuum, "snapshotConflictHorizon", text);
        } else {
            SpgistDescription14.append(said, text);
        }
    }
}
