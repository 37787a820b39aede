package dev.neon.rmgr.message;

/**
 * {@code REL_14 logicalmsgdesc.c logicalmsg_desc}. A message may have hundreds of megabytes, more than a text of
 * three characters a byte can hold: only the first are shown, and a remark in brackets says how many more there are.
 */
final class LogicalMessageDescription14 {
    /** Bytes of a message that are shown; three characters each. */
    static final int MOST_SHOWN = 1 << 18;
    private static final String DIGITS = "0123456789ABCDEF";

    private LogicalMessageDescription14() {}

    static void append(LogicalMessageRecord said, StringBuilder text) {
        switch (said) {
            case LogicalMessageRecord.Message message -> {
                text.append(message.transactional() ? "transactional" : "non-transactional")
                        .append(", prefix \"").append(message.prefix())
                        .append("\"; payload (").append(message.message().length).append(" bytes): ");
                hex(message.message(), text);
            }
        }
    }

    private static void hex(byte[] bytes, StringBuilder text) {
        int shown = Math.min(bytes.length, MOST_SHOWN);
        for (int i = 0; i < shown; i++) {
            if (i > 0) {
                text.append(' ');
            }
            text.append(DIGITS.charAt(bytes[i] >> 4 & 15)).append(DIGITS.charAt(bytes[i] & 15));
        }
        if (shown < bytes.length) {
            text.append(" (and ").append(bytes.length - shown).append(" bytes more)");
        }
    }
}
