package dev.neon.compute.difference;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The rows of one side, in order. Stands at the first to begin with. */
final class RowStream {
    private final RowQuery query;
    private final SideServer server;
    private final int columns;
    private byte[] row = {};
    private boolean isOver;
    private int values;
    private long[] numbers = {};
    private byte[] text = {};

    private RowStream(SideServer server, RowQuery query, int columns) {
        this.server = server;
        this.query = query;
        this.columns = columns;
    }

    /** Begins the query. */
    static RowStream open(SideServer server, RowQuery query, int columns) {
        server.begin(query.sql());
        return new RowStream(server, query, columns);
    }

    /** Goes to the next row, at first to the first. */
    void advance() {
        Optional<byte[]> next = server.next();
        isOver = next.isEmpty();
        if (isOver) {
            return;
        }
        row = next.get();
        if (query.isNumbers()) {
            numbers = new long[query.order()];
            int at = 0;
            for (int i = 0; i < numbers.length; i++) {
                int end = at;
                while (end < row.length && row[end] != '\t') {
                    end++;
                }
                numbers[i] = Long.parseLong(new String(row, at, end - at, StandardCharsets.US_ASCII));
                at = end + 1;
            }
            values = at;
        } else {
            text = CopyText.field(row, 0);
            values = columns == 0 ? row.length : CopyText.skip(row, query.order());
        }
    }

    boolean isOver() {
        return isOver;
    }

    /** Which of two rows comes first; 0 if they have the same key. */
    int compareTo(RowStream other) {
        if (!query.isNumbers()) {
            return Arrays.compareUnsigned(text, other.text);
        }
        return Arrays.compare(numbers, other.numbers);
    }

    boolean hasSameValues(RowStream other) {
        return Arrays.equals(row, values, row.length, other.row, other.values, other.row.length);
    }

    List<Optional<String>> values() {
        Charset charset = server.charset();
        return columns == 0 ? List.of() : CopyText.fields(row, values, charset);
    }
}
