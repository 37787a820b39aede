package dev.neon.rmgr.spgist;

/** {@code REL_17 spgdesc.c spg_desc}: tells of catalogs as well. */
final class SpgistDescription17 {
    private SpgistDescription17() {}

    static void append(SpgistRecord said, StringBuilder text) {
        SpgistDescription16.append(said, text);
        if (said instanceof SpgistRecord.VacuumRedirect vacuum) {
            text.append(", isCatalogRel: ").append(vacuum.isCatalogRel() ? 'T' : 'F');
        }
    }
}
