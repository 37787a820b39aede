package dev.neon.rmgr.gist;

/** {@code REL_17 gistdesc.c gist_desc}: tells of catalogs as well. */
final class GistDescription17 {
    private GistDescription17() {}

    static void append(GistRecord said, StringBuilder text) {
        GistDescription16.append(said, text);
        switch (said) {
            case GistRecord.Delete delete -> isCatalogRel(delete.isCatalogRel(), text);
            case GistRecord.PageReuse reuse -> isCatalogRel(reuse.isCatalogRel(), text);
            case GistRecord.PageUpdate _, GistRecord.PageSplit _, GistRecord.PageDelete _, GistRecord.AssignLsn _ -> {}
        }
    }

    private static void isCatalogRel(boolean isCatalogRel, StringBuilder text) {
        text.append(", isCatalogRel ").append(isCatalogRel ? 'T' : 'F');
    }
}
