package dev.neon.wal;

/**
 * PostgreSQL's own compression, {@code pglz} ({@code REL_17 pg_lzcompress.c}). After each control byte come up to eight
 * items, one for each of its bits from the lowest on: for 0 a byte as it is, for 1 a match, which repeats what was
 * written before.
 * <pre>
 *  0  upper four bits   the highest of 12 bits of the distance back, 1 to 4095
 *     lower four bits   the length less 3
 *  1  u8                the other 8 bits of the distance
 *  2  u8                only if the length is 18: added to it, so it is at most 273
 * </pre>
 */
final class Pglz {
    private static final int SHORTEST_MATCH = 3;
    private static final int LONG_MATCH = 18;

    private Pglz() {}

    /**
     * Decompresses to exactly {@code size} bytes.
     *
     * @param source the first {@code length} bytes of it
     * @param target of at least {@code size} bytes; nothing is written beyond these
     * @return whether the source gives as many bytes and not more, and is used up
     */
    static boolean decompress(byte[] source, int length, byte[] target, int size) {
        int from = 0;
        int to = 0;
        int control = 0;
        int items = 0;
        while (from < length && to < size) {
            if (items == 0) {
                control = source[from++];
                items = 8;
                continue;
            }
            boolean isMatch = (control & 1) != 0;
            control >>= 1;
            items--;
            if (!isMatch) {
                target[to++] = source[from++];
                continue;
            }
            if (length - from < 2) {
                return false;
            }
            int count = (source[from] & 0x0F) + SHORTEST_MATCH;
            int distance = (source[from] & 0xF0) << 4 | source[from + 1] & 0xFF;
            from += 2;
            if (count == LONG_MATCH) {
                if (from == length) {
                    return false;
                }
                count += source[from++] & 0xFF;
            }
            if (distance == 0 || distance > to) {
                return false;
            }
            // The server cuts a match that goes beyond the end, too.
            int end = Math.min(to + count, size);
            for (; to < end; to++) {
                target[to] = target[to - distance];
            }
        }
        return from == length && to == size;
    }
}
