package dev.neon.cli.command.log;

import dev.neon.cli.io.Style;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.timeline.Ancestor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Draws timelines beside the entries of a log, as {@code git log --graph} draws branches. Time runs upwards: a line
 * comes down from each tip, and where a fork is, two lines become one. There are no merges.
 * <pre>
 * * the newest entry of heikki
 * | * the newest entry of main
 * |/
 * * the newest that both have
 * </pre>
 */
final class Graph {
    private static final Style[] COLOURS = {Style.RED, Style.GREEN, Style.YELLOW, Style.CYAN};

    private final History history;
    private final BiFunction<Style, String, String> paint;
    private final List<Line> lines = new ArrayList<>();
    private int begun;

    /** What a graph asks of the log that it belongs to. */
    interface History {
        /** The LSN of a timeline's next entry; empty if there is none. */
        Optional<Lsn> nextOn(TimelineId timeline);

        /** Where its history goes on when its own part is over; empty if that is not told. */
        Optional<Ancestor> before(TimelineId timeline);
    }

    /**
     * A line that has come down to some place of a timeline.
     *
     * @param reaches the next entry at or below this LSN is on it
     */
    private record Line(TimelineId timeline, Lsn reaches, Style colour) {
        Line at(TimelineId other, Lsn lsn) {
            return new Line(other, lsn, colour);
        }
    }

    Graph(History history, BiFunction<Style, String, String> paint) {
        this.history = history;
        this.paint = paint;
    }

    /**
     * Puts the graph before the lines of an entry, which has just been taken from the log. Lines that come together below
     * it may need more rows than the entry has lines.
     */
    List<String> beside(TimelineId timeline, Lsn lsn, List<String> text) {
        int column = columnOf(timeline, lsn);
        int width = lines.size();
        List<String> rows = new ArrayList<>();
        Row dot = new Row(width);
        for (int i = 0; i < width; i++) {
            dot.put(2 * i, i == column ? "*" : paint.apply(lines.get(i).colour(), "|"));
        }
        rows.add(dot.toString());
        // Several entries may be at one LSN.
        lines.set(column, lines.get(column).at(timeline, history.nextOn(timeline).orElse(lsn.plus(-1))));
        settle(width, rows);
        String below = bars(width);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < Math.max(rows.size(), text.size()); i++) {
            String line = (i < rows.size() ? rows.get(i) : below) + (i < text.size() ? text.get(i) : "");
            result.add(line.stripTrailing());
        }
        return result;
    }

    /** An empty line between two entries. */
    String between() {
        return bars(lines.size()).stripTrailing();
    }

    private String bars(int width) {
        Row row = new Row(Math.max(width, lines.size()));
        for (int i = 0; i < lines.size(); i++) {
            row.put(2 * i, paint.apply(lines.get(i).colour(), "|"));
        }
        return row.toString();
    }

    private int columnOf(TimelineId timeline, Lsn lsn) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).timeline().equals(timeline) && !lines.get(i).reaches().isBefore(lsn)) {
                return i;
            }
        }
        lines.add(new Line(timeline, lsn, COLOURS[begun++ % COLOURS.length]));
        return lines.size() - 1;
    }

    /** Takes lines on to where their next entry is, ends those that have none, and joins those that have the same. */
    private void settle(int width, List<String> rows) {
        for (int i = 0; i < lines.size(); i++) {
            Optional<Line> here = next(lines.get(i));
            if (here.isEmpty()) {
                close(i--, width, rows);
                continue;
            }
            lines.set(i, here.get());
            for (int left = 0; left < i; left++) {
                if (haveSameNext(lines.get(left), here.get())) {
                    join(i--, left, width, rows);
                    break;
                }
            }
        }
    }

    private Optional<Line> next(Line line) {
        if (history.nextOn(line.timeline()).isPresent()) {
            return Optional.of(line);
        }
        return history.before(line.timeline()).flatMap(fork ->
                next(line.at(fork.timeline(), Lsn.min(fork.forkPoint(), line.reaches()))));
    }

    private boolean haveSameNext(Line one, Line other) {
        if (!one.timeline().equals(other.timeline())) {
            return false;
        }
        Lsn next = history.nextOn(one.timeline()).orElseThrow();
        return one.reaches().equals(other.reaches())
                || !one.reaches().isBefore(next) && !other.reaches().isBefore(next);
    }

    /** {@code |/}; or in two rows, {@code | |_|/} and {@code |/| |}. Lines to the right close up. */
    private void join(int from, int to, int width, List<String> rows) {
        boolean isNear = from == to + 1;
        Row row = closing(from, width);
        row.put(2 * from - 1, paint.apply(lines.get(from).colour(), "/"));
        for (int at = 2 * to + 3; at < 2 * from - 1; at += 2) {
            row.put(at, paint.apply(lines.get(from).colour(), "_"));
        }
        rows.add(row.toString());
        Style joined = lines.remove(from).colour();
        if (!isNear) {
            Row second = new Row(width);
            for (int i = 0; i < lines.size(); i++) {
                second.put(2 * i, paint.apply(lines.get(i).colour(), "|"));
            }
            second.put(2 * to + 1, paint.apply(joined, "/"));
            rows.add(second.toString());
        }
    }

    private void close(int column, int width, List<String> rows) {
        if (column < lines.size() - 1) {
            rows.add(closing(column, width).toString());
        }
        lines.remove(column);
    }

    /** Lines to the left of a column as they are, those to the right on their way one column to the left. */
    private Row closing(int column, int width) {
        Row row = new Row(Math.max(width, lines.size()));
        for (int i = 0; i < lines.size(); i++) {
            if (i < column) {
                row.put(2 * i, paint.apply(lines.get(i).colour(), "|"));
            } else if (i > column) {
                row.put(2 * i - 1, paint.apply(lines.get(i).colour(), "/"));
            }
        }
        return row;
    }

    /** One line of the drawing; each place has one character as it is seen. */
    private static final class Row {
        private final String[] places;

        Row(int columns) {
            places = new String[2 * columns];
            Arrays.fill(places, " ");
        }

        void put(int at, String piece) {
            places[at] = piece;
        }

        @Override
        public String toString() {
            return String.join("", places);
        }
    }
}
