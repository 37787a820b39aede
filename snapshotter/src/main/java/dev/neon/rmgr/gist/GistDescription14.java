package dev.neon.rmgr.gist;

/** {@code REL_14 gistdesc.c gist_desc}. */
final class GistDescription14 {
    private GistDescription14() {}

    static void append(GistRecord said, StringBuilder text) {
        switch (said) {
            case GistRecord.PageUpdate _, GistRecord.AssignLsn _ -> {}
            case GistRecord.Delete delete -> append(delete, "latestRemovedXid", text);
            case GistRecord.PageReuse reuse -> append(reuse, "latestRemovedXid", text);
            case GistRecord.PageSplit split ->
                    text.append("page_split: splits to ").append(split.pages().size()).append(" pages");
            case GistRecord.PageDelete delete -> fullXid("deleteXid ", delete.deleteXid(), text)
                    .append("; downlink ").append(delete.downlinkOffset());
        }
    }

    /** @param horizon what the release calls it */
    static void append(GistRecord.Delete delete, String horizon, StringBuilder text) {
        text.append("delete: ").append(horizon).append(' ')
                .append(Integer.toUnsignedString(delete.snapshotConflictHorizon()))
                .append(", nitems: ").append(delete.toDelete().length);
    }

    static void append(GistRecord.PageReuse reuse, String horizon, StringBuilder text) {
        text.append("rel ").append(reuse.relation())
                .append("; blk ").append(Integer.toUnsignedString(reuse.block()));
        fullXid("; " + horizon + " ", reuse.snapshotConflictHorizon(), text);
    }

    private static StringBuilder fullXid(String name, long xid, StringBuilder text) {
        return text.append(name).append(xid >>> 32).append(':').append(Integer.toUnsignedString((int) xid));
    }
}
