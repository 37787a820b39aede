package dev.neon.rmgr.relmap;

/** {@code REL_14 relmapdesc.c relmap_desc}. */
final class RelMapDescription14 {
    private RelMapDescription14() {}

    static void append(RelMapRecord said, StringBuilder text) {
        switch (said) {
            case RelMapRecord.Update update -> text
                    .append("database ").append(Integer.toUnsignedString(update.database()))
                    .append(" tablespace ").append(Integer.toUnsignedString(update.tablespace()))
                    .append(" size ").append(update.map().length);
        }
    }
}
