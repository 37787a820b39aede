package dev.neon.rmgr.gist;

/** {@code REL_16 gistdesc.c gist_desc}: another word for the horizon of conflicts. */
final class GistDescription16 {
    private static final String HORIZON = "snapshotConflictHorizon";

    private GistDescription16() {}

    static void append(GistRecord said, StringBuilder text) {
        switch (said) {
            case GistRecord.Delete delete -> GistDescription14.append(delete, HORIZON, text);
            case GistRecord.PageReuse reuse -> GistDescription14.append(reuse, HORIZON, text);
            case GistRecord.PageUpdate _, GistRecord.PageSplit _, GistRecord.PageDelete _, GistRecord.AssignLsn _ ->
                    GistDescription14.append(said, text);
        }
    }
}
