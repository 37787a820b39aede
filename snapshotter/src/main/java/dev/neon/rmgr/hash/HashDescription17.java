package dev.neon.rmgr.hash;

import dev.neon.rmgr.hash.HashRecord.VacuumOnePage;

/** {@code REL_17 hashdesc.c hash_desc}: {@link HashDescription16} with the flag {@code isCatalogRel}. */
final class HashDescription17 {
    private HashDescription17() {}

    static void append(HashRecord said, StringBuilder text) {
        HashDescription16.append(said, text);
        if (said instanceof VacuumOnePage vacuum) {
            text.append(", isCatalogRel ").append(HashDescription14.flag(vacuum.isCatalogRel()));
        }
    }
}
