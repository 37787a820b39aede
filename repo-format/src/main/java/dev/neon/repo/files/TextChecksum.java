package dev.neon.repo.files;

import java.util.HexFormat;
import java.util.zip.CRC32C;

/** How text files of a repository write a checksum. */
public final class TextChecksum {
    private TextChecksum() {}

    /** The CRC-32C in 8 hexadecimal digits. */
    public static String of(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
