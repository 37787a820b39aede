package dev.neon.rmgr.heap;

/** {@code REL_16 heapdesc.c heap_desc}; 16 and 17. */
final class HeapDescription16 {
    private HeapDescription16() {}

    static void append(HeapRecord said, StringBuilder text) {
        switch (said) {
            case HeapRecord.Insert insert -> flags(text.append("off: ").append(insert.offset()), insert.flags());
            case HeapRecord.Delete delete ->
                locked(text, delete.xmax(), delete.offset(), delete.infobits(), delete.flags());
            case HeapRecord.Update update -> {
                text.append("old_xmax: ").append(Integer.toUnsignedLong(update.oldXmax()));
                text.append(", old_off: ").append(update.oldOffset());
                flags(Infobits.append16(text.append(", old_infobits: "), update.oldInfobits()), update.flags());
                text.append(", new_xmax: ").append(Integer.toUnsignedLong(update.newXmax()));
                text.append(", new_off: ").append(update.newOffset());
            }
            case HeapRecord.Truncate truncate -> {
                Lists.names(text.append("flags: "), truncate.flags(), "CASCADE", "RESTART_SEQS");
                text.append(", nrelids: ").append(truncate.relations().length);
                Lists.oids(text.append(", relids: "), truncate.relations());
            }
            case HeapRecord.Confirm confirm -> text.append("off: ").append(confirm.offset());
            case HeapRecord.Lock lock -> locked(text, lock.xmax(), lock.offset(), lock.infobits(), lock.flags());
            case HeapRecord.Inplace inplace -> text.append("off: ").append(inplace.offset());
        }
    }

    static StringBuilder flags(StringBuilder text, int flags) {
        return Flags.append(text.append(", flags: "), flags);
    }

    static void locked(StringBuilder text, int xmax, int offset, int infobits, int flags) {
        text.append("xmax: ").append(Integer.toUnsignedLong(xmax)).append(", off: ").append(offset);
        flags(Infobits.append16(text.append(", infobits: "), infobits), flags);
    }
}
