package dev.neon.rmgr.heap;

/** {@code REL_14 heapdesc.c heap_desc}; 14 and 15. */
final class HeapDescription14 {
    private HeapDescription14() {}

    static void append(HeapRecord said, StringBuilder text) {
        switch (said) {
            case HeapRecord.Insert insert -> flags(text.append("off ").append(insert.offset()), insert.flags());
            case HeapRecord.Delete delete -> {
                flags(text.append("off ").append(delete.offset()), delete.flags()).append(' ');
                Infobits.append14(text, delete.infobits());
            }
            case HeapRecord.Update update -> {
                flags(version(text, update.oldOffset(), update.oldXmax()), update.flags()).append(' ');
                Infobits.append14(text, update.oldInfobits());
                version(text.append("; new "), update.newOffset(), update.newXmax());
            }
            case HeapRecord.Truncate truncate -> truncate(truncate, text);
            case HeapRecord.Confirm confirm -> text.append("off ").append(confirm.offset());
            case HeapRecord.Lock lock -> {
                text.append("off ").append(lock.offset());
                text.append(": xid ").append(Integer.toUnsignedLong(lock.xmax()));
                flags(text.append(':'), lock.flags()).append(' ');
                Infobits.append14(text, lock.infobits());
            }
            case HeapRecord.Inplace inplace -> text.append("off ").append(inplace.offset());
        }
    }

    private static StringBuilder version(StringBuilder text, int offset, int xmax) {
        return text.append("off ").append(offset).append(" xmax ").append(Integer.toUnsignedLong(xmax));
    }

    static StringBuilder flags(StringBuilder text, int flags) {
        return Flags.append(text.append(" flags "), flags);
    }

    private static void truncate(HeapRecord.Truncate truncate, StringBuilder text) {
        if ((truncate.flags() & HeapRecord.Truncate.CASCADE) != 0) {
            text.append("cascade ");
        }
        if ((truncate.flags() & HeapRecord.Truncate.RESTART_SEQS) != 0) {
            text.append("restart_seqs ");
        }
        text.append("nrelids ").append(truncate.relations().length).append(" relids");
        for (int relation : truncate.relations()) {
            text.append(' ').append(Integer.toUnsignedLong(relation));
        }
    }
}
