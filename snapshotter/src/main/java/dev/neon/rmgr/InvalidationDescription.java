package dev.neon.rmgr;

import java.util.List;

/** How all resource managers write such messages ({@code REL_18 standbydesc.c standby_desc_invalidations}). */
public final class InvalidationDescription {
    private InvalidationDescription() {}

    /**
     * Appends {@code ; inval msgs: catcache 54 relcache 16384}, or nothing if there are none.
     *
     * @param initFile   whether the relation cache's init files are removed
     * @param database   whose, unsigned
     * @param tablespace the database's
     */
    public static void append(List<InvalidationMessage> messages, boolean initFile, int database, int tablespace,
            StringBuilder text) {
        if (messages.isEmpty()) {
            return;
        }
        if (initFile) {
            text.append("; relcache init file inval dbid ").append(Integer.toUnsignedString(database))
                    .append(" tsid ").append(Integer.toUnsignedString(tablespace));
        }
        text.append("; inval msgs:");
        for (InvalidationMessage message : messages) {
            append(message, text);
        }
    }

    private static void append(InvalidationMessage message, StringBuilder text) {
        switch (message) {
            case InvalidationMessage.CatalogCache cache -> text.append(" catcache ").append(cache.cache());
            case InvalidationMessage.Catalog catalog -> oid(" catalog ", catalog.catalog(), text);
            case InvalidationMessage.RelationCache cache -> oid(" relcache ", cache.relation(), text);
            case InvalidationMessage.Smgr smgr -> text.append(" smgr");
            case InvalidationMessage.RelationMap map -> oid(" relmap db ", map.database(), text);
            case InvalidationMessage.Snapshot snapshot -> oid(" snapshot ", snapshot.relation(), text);
            case InvalidationMessage.RelationSync sync -> oid(" relsync ", sync.relation(), text);
        }
    }

    private static void oid(String label, int oid, StringBuilder text) {
        text.append(label).append(Integer.toUnsignedString(oid));
    }
}
