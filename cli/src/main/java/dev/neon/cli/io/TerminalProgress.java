package dev.neon.cli.io;

import dev.neon.repo.progress.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Draws one line per task over itself, with how much is done, how fast, and how long it will take. Work that ends
 * sooner than {@link #PATIENCE_NANOS} is never shown.
 */
final class TerminalProgress implements Progress {
    static final long PATIENCE_NANOS = 500_000_000;
    static final long REDRAW_NANOS = 100_000_000;
    private static final String ERASE_LINE = "\r\033[K";

    private final PrintStream err;
    private final LongSupplier nanoTime;

    TerminalProgress(PrintStream err, LongSupplier nanoTime) {
        this.err = err;
        this.nanoTime = nanoTime;
    }

    @Override
    public Task begin(String what, long total, Unit unit) {
        return new DrawnTask(what, total, unit);
    }

    private final class DrawnTask implements Task {
        private final String what;
        private final long total;
        private final Unit unit;
        private final long begun = nanoTime.getAsLong();
        private long nextDrawing = begun + PATIENCE_NANOS;
        private long done;
        private boolean drawn;

        DrawnTask(String what, long total, Unit unit) {
            this.what = what;
            this.total = total;
            this.unit = unit;
        }

        @Override
        public synchronized void advance(long units) {
            done += units;
            long now = nanoTime.getAsLong();
            if (now - nextDrawing >= 0) {
                nextDrawing = now + REDRAW_NANOS;
                drawn = true;
                err.print(ERASE_LINE + line(now - begun));
                err.flush();
            }
        }

        @Override
        public synchronized void close() {
            if (drawn) {
                drawn = false;
                err.print(ERASE_LINE);
                err.flush();
            }
        }

        private String line(long elapsedNanos) {
            double seconds = elapsedNanos / 1e9;
            double rate = done / seconds;
            StringBuilder line = new StringBuilder(what).append(": ");
            if (total > 0) {
                line.append(Math.min(100, done * 100 / total)).append("% (").append(amount(done)).append(" of ")
                        .append(amount(total)).append(')');
            } else {
                line.append(amount(done));
            }
            line.append(", ").append(amount((long) rate)).append("/s");
            if (total > done && rate > 0) {
                line.append(", ").append(Sizes.duration((long) Math.ceil((total - done) / rate))).append(" left");
            }
            return line.toString();
        }

        private String amount(long units) {
            return switch (unit) {
                case BYTES -> Sizes.bytes(units);
                case ITEMS -> String.format(Locale.ROOT, "%,d", units);
            };
        }
    }
}
