package dev.neon.dialect;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A record's bytes in a segment, wherever page headers part them.
 *
 * @param start  in the segment
 * @param length in bytes, page headers not counted
 */
record RecordBytes(byte[] segment, int start, int length) {
    static final int HEADER = 24;
    private static final int CRC = 20;
    private static final int PAGE = 8192;
    private static final int PAGE_HEADER = 24;

    byte[] copy() {
        byte[] copy = new byte[length];
        int at = start;
        for (int done = 0; done < length;) {
            int piece = Math.min(length - done, PAGE - at % PAGE);
            System.arraycopy(segment, at, copy, done, piece);
            done += piece;
            at += piece + PAGE_HEADER;
        }
        return copy;
    }

    /** Puts other bytes in their place, with the checksum that makes them right. */
    void write(ByteBuffer file, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, HEADER, length - HEADER);
        crc.update(bytes, 0, CRC);
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[CRC + i] = (byte) (crc.getValue() >>> 8 * i);
        }
        int at = start;
        for (int done = 0; done < length;) {
            int piece = Math.min(length - done, PAGE - at % PAGE);
            file.put(at, bytes, done, piece);
            done += piece;
            at += piece + PAGE_HEADER;
        }
    }
}
