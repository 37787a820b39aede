package dev.neon.cli.command.page;

import java.util.Arrays;

/** Bytes in the form of {@code hexdump -C}: lines that repeat the one before are an asterisk. */
final class HexDump {
    private static final int LINE = 16;

    private HexDump() {}

    static String of(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        boolean isSkipping = false;
        for (int at = 0; at < bytes.length; at += LINE) {
            if (at >= LINE && Arrays.equals(bytes, at - LINE, at, bytes, at, Math.min(at + LINE, bytes.length))) {
                text.append(isSkipping ? "" : "*\n");
                isSkipping = true;
            } else {
                line(bytes, at, text);
                isSkipping = false;
            }
        }
        return text.append("%08x\n".formatted(bytes.length)).toString();
    }

    private static void line(byte[] bytes, int from, StringBuilder text) {
        text.append("%08x ".formatted(from));
        for (int at = from; at < from + LINE; at++) {
            text.append(at == from + LINE / 2 ? "  " : " ").append("%02x".formatted(bytes[at]));
        }
        text.append("  |");
        for (int at = from; at < from + LINE; at++) {
            text.append(bytes[at] >= ' ' && bytes[at] <= '~' ? (char) bytes[at] : '.');
        }
        text.append("|\n");
    }
}
