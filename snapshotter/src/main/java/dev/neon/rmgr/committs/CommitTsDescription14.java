package dev.neon.rmgr.committs;

/** {@code REL_14 committsdesc.c commit_ts_desc}. */
final class CommitTsDescription14 {
    private CommitTsDescription14() {}

    static void append(CommitTsRecord said, StringBuilder text) {
        switch (said) {
            case CommitTsRecord.ZeroPage zero -> text.append(zero.page());
            case CommitTsRecord.Truncate truncate -> text.append("pageno ").append(truncate.page())
                    .append(", oldestXid ").append(Integer.toUnsignedString(truncate.oldestXid()));
        }
    }
}
