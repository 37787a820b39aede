package dev.neon.rmgr.clog;

/** {@code REL_14 clogdesc.c clog_desc}. */
final class ClogDescription14 {
    private ClogDescription14() {}

    static void append(ClogRecord said, StringBuilder text) {
        switch (said) {
            case ClogRecord.ZeroPage zero -> text.append("page ").append(zero.page());
            case ClogRecord.Truncate truncate -> text.append("page ").append(truncate.page())
                    .append("; oldestXact ").append(Integer.toUnsignedString(truncate.oldestXact()));
        }
    }
}
