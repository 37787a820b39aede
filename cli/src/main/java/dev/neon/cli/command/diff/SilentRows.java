package dev.neon.cli.command.diff;

import dev.neon.compute.difference.RowSink;
import dev.neon.compute.difference.RowTotals;
import dev.neon.compute.difference.TableLayout;
import java.util.List;
import java.util.Optional;

/** Prints nothing. */
final class SilentRows implements RowSink {
    @Override
    public boolean wantsAll() {
        return false;
    }

    @Override
    public void begin(TableLayout table) {}

    @Override
    public void deleted(List<Optional<String>> row) {}

    @Override
    public void inserted(List<Optional<String>> row) {}

    @Override
    public void changed(List<Optional<String>> before, List<Optional<String>> after) {}

    @Override
    public void end(RowTotals totals) {}
}
