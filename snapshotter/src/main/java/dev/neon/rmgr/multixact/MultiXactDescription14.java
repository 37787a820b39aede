package dev.neon.rmgr.multixact;

/** {@code REL_14 mxactdesc.c multixact_desc}. */
final class MultiXactDescription14 {
    private MultiXactDescription14() {}

    static void append(MultiXactRecord said, StringBuilder text) {
        switch (said) {
            case MultiXactRecord.ZeroOffsetsPage zero -> text.append(zero.page());
            case MultiXactRecord.ZeroMembersPage zero -> text.append(zero.page());
            case MultiXactRecord.Create create -> create(create, text);
            case MultiXactRecord.Truncate truncate -> {
                range("offsets [", truncate.startOffset(), truncate.endOffset(), text);
                range(", members [", truncate.startMember(), truncate.endMember(), text);
            }
        }
    }

    private static void create(MultiXactRecord.Create create, StringBuilder text) {
        text.append(Integer.toUnsignedString(create.multi()))
                .append(" offset ").append(Integer.toUnsignedString(create.offset()))
                .append(" nmembers ").append(create.members().size()).append(": ");
        for (MultiXactRecord.Member member : create.members()) {
            text.append(Integer.toUnsignedString(member.xid())).append(" (").append(member.status()).append(") ");
        }
    }

    private static void range(String name, int start, int end, StringBuilder text) {
        text.append(name).append(Integer.toUnsignedString(start)).append(", ").append(Integer.toUnsignedString(end))
                .append(')');
    }
}
