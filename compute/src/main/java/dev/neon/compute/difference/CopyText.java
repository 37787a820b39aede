package dev.neon.compute.difference;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads rows in the text form of COPY ({@code REL_17 copyto.c CopyAttributeOutText}). */
final class CopyText {
    private CopyText() {}

    /** Where the field after the first {@code count} begins. */
    static int skip(byte[] row, int count) {
        int at = 0;
        for (int left = count; left > 0; at++) {
            if (row[at] == '\t') {
                left--;
            }
        }
        return at;
    }

    /** The bytes of the field at a place, of which null has none; as they are without what COPY adds. */
    static byte[] field(byte[] row, int from) {
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        for (int at = from; at < row.length && row[at] != '\t'; at++) {
            if (row[at] != '\\') {
                field.write(row[at]);
                continue;
            }
            at++;
            field.write(switch (row[at]) {
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'v' -> 0x0B;
                default -> row[at];
            });
        }
        return field.toByteArray();
    }

    /** The fields from a place on; empty for null. */
    static List<Optional<String>> fields(byte[] row, int from, Charset charset) {
        List<Optional<String>> fields = new ArrayList<>();
        int at = from;
        while (true) {
            int end = at;
            while (end < row.length && row[end] != '\t') {
                end++;
            }
            boolean isNull = end - at == 2 && row[at] == '\\' && row[at + 1] == 'N';
            fields.add(isNull ? Optional.empty() : Optional.of(new String(field(row, at), charset)));
            if (end == row.length) {
                return fields;
            }
            at = end + 1;
        }
    }
}
