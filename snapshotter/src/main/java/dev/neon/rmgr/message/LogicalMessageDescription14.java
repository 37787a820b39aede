package dev.neon.rmgr.message;

import java.util.HexFormat;

/** {@code REL_14 logicalmsgdesc.c logicalmsg_desc}. */
final class LogicalMessageDescription14 {
    private static final HexFormat BYTES = HexFormat.ofDelimiter(" ").withUpperCase();

    private LogicalMessageDescription14() {}

    static void append(LogicalMessageRecord said, StringBuilder text) {
        switch (said) {
            case LogicalMessageRecord.Message message -> text
                    .append(message.transactional() ? "transactional" : "non-transactional")
                    .append(", prefix \"").append(message.prefix())
                    .append("\"; payload (").append(message.message().length).append(" bytes): ")
                    .append(BYTES.formatHex(message.message()));
        }
    }
}
