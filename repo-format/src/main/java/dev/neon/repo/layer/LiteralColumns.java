package dev.neon.repo.layer;

import java.util.Arrays;

/**
 * The literals of a frame's patches in the order in which they are compressed. Patches whose literals are equally long are
 * mostly of one kind, a row of the same table or so, whose fields stand at the same places. So these are put together,
 * the shortest first, and of each length the first bytes of all come first, in the order of their entries, then the second
 * bytes, and so on.
 */
final class LiteralColumns {
    private LiteralColumns() {}

    /**
     * Puts literals that follow each other into columns.
     *
     * @param lengths of each entry's literals
     * @param count   how many entries there are
     */
    static void put(byte[] literals, int[] lengths, int count, byte[] target, int at) {
        int to = at;
        Rows rows = Rows.of(lengths, count);
        for (int first = 0; first < rows.count; first = rows.end(first)) {
            int end = rows.end(first);
            for (int column = 0; column < rows.lengths[first]; column++) {
                for (int row = first; row < end; row++) {
                    target[to++] = literals[rows.starts[row] + column];
                }
            }
        }
    }

    /** Puts columns back into the order of entries, in their place. */
    static void restore(byte[] bytes, int at, int[] lengths) {
        Rows rows = Rows.of(lengths, lengths.length);
        byte[] columns = Arrays.copyOfRange(bytes, at, at + rows.bytes);
        int from = 0;
        for (int first = 0; first < rows.count; first = rows.end(first)) {
            int end = rows.end(first);
            for (int column = 0; column < rows.lengths[first]; column++) {
                for (int row = first; row < end; row++) {
                    bytes[at + rows.starts[row] + column] = columns[from++];
                }
            }
        }
    }

    /** The entries that have literals, sorted by the length of these. */
    private static final class Rows {
        private final int[] lengths;
        private final int[] starts;
        private int count;
        private int bytes;

        private Rows(int count) {
            this.lengths = new int[count];
            this.starts = new int[count];
        }

        static Rows of(int[] lengths, int count) {
            int longest = 0;
            for (int i = 0; i < count; i++) {
                longest = Math.max(longest, lengths[i]);
            }
            int[] places = new int[longest + 2];
            for (int i = 0; i < count; i++) {
                places[lengths[i] + 1] += lengths[i] > 0 ? 1 : 0;
            }
            for (int length = 1; length < places.length; length++) {
                places[length] += places[length - 1];
            }
            Rows rows = new Rows(count);
            for (int i = 0; i < count; i++) {
                if (lengths[i] > 0) {
                    int place = places[lengths[i]]++;
                    rows.lengths[place] = lengths[i];
                    rows.starts[place] = rows.bytes;
                    rows.bytes += lengths[i];
                    rows.count++;
                }
            }
            return rows;
        }

        /** Where the rows of the length of {@code first} end. */
        int end(int first) {
            int end = first + 1;
            while (end < count && lengths[end] == lengths[first]) {
                end++;
            }
            return end;
        }
    }
}
