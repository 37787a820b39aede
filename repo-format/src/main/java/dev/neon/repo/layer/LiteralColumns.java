package dev.neon.repo.layer;

import java.util.Arrays;

/**
 * The literals of a frame's patches in the order in which they are compressed. Patches whose literals are equally long are
 * mostly of one kind, a row of the same table or so, whose fields stand at the same places. So these are put together,
 * the shortest first, and of each length the first bytes of all come first, in the order of their entries, then the second
 * bytes, and so on. An object has the memory that this takes, and is used by one thread.
 */
final class LiteralColumns {
    /** The entries that have literals, sorted by the length of these: their lengths, and where their literals begin. */
    private int[] rowLengths = {};
    private int[] rowStarts = {};
    private int rows;
    private int bytes;
    private int[] places = {};
    private byte[] columns = {};

    /**
     * Puts literals that follow each other into columns.
     *
     * @param lengths of each entry's literals
     * @param count   how many entries there are
     */
    void put(byte[] literals, int[] lengths, int count, byte[] target, int at) {
        int to = at;
        sort(lengths, count);
        for (int first = 0; first < rows;) {
            int end = end(first);
            for (int column = 0; column < rowLengths[first]; column++) {
                for (int row = first; row < end; row++) {
                    target[to++] = literals[rowStarts[row] + column];
                }
            }
            first = end;
        }
    }

    /** Puts columns back into the order of entries, in their place. */
    void restore(byte[] literals, int at, int[] lengths, int count) {
        sort(lengths, count);
        if (columns.length < bytes) {
            columns = new byte[bytes];
        }
        System.arraycopy(literals, at, columns, 0, bytes);
        int from = 0;
        for (int first = 0; first < rows;) {
            int end = end(first);
            for (int row = first; row < end; row++) {
                restoreRow(literals, at + rowStarts[row], rowLengths[row], from + row - first, end - first);
            }
            from += rowLengths[first] * (end - first);
            first = end;
        }
    }

    /** @param step from one byte of the row to the next, in the columns */
    private void restoreRow(byte[] literals, int at, int length, int from, int step) {
        byte[] source = columns;
        int next = from;
        int end = at + length;
        for (int to = at; to < end; to++) {
            literals[to] = source[next];
            next += step;
        }
    }

    private void sort(int[] lengths, int count) {
        if (rowLengths.length < count) {
            rowLengths = new int[count];
            rowStarts = new int[count];
        }
        int longest = 0;
        for (int i = 0; i < count; i++) {
            longest = Math.max(longest, lengths[i]);
        }
        if (places.length < longest + 2) {
            places = new int[longest + 2];
        } else {
            Arrays.fill(places, 0, longest + 2, 0);
        }
        for (int i = 0; i < count; i++) {
            places[lengths[i] + 1] += lengths[i] > 0 ? 1 : 0;
        }
        for (int length = 1; length < longest + 2; length++) {
            places[length] += places[length - 1];
        }
        rows = 0;
        bytes = 0;
        for (int i = 0; i < count; i++) {
            if (lengths[i] > 0) {
                int place = places[lengths[i]]++;
                rowLengths[place] = lengths[i];
                rowStarts[place] = bytes;
                bytes += lengths[i];
                rows++;
            }
        }
    }

    /** Where the rows of the length of {@code first} end. */
    private int end(int first) {
        int end = first + 1;
        while (end < rows && rowLengths[end] == rowLengths[first]) {
            end++;
        }
        return end;
    }
}
