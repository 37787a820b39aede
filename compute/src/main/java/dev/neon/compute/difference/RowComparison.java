package dev.neon.compute.difference;

import java.util.Optional;

/** Merges the rows of two sides. */
final class RowComparison {
    private final RowSink sink;
    private long deleted;
    private long inserted;
    private long changed;

    private RowComparison(RowSink sink) {
        this.sink = sink;
    }

    /** Tells the sink what differs; a side without the table has no stream. */
    static RowTotals run(Optional<RowStream> from, Optional<RowStream> to, RowSink sink) {
        RowComparison comparison = new RowComparison(sink);
        from.ifPresent(RowStream::advance);
        to.ifPresent(RowStream::advance);
        if (from.isPresent() && to.isPresent()) {
            comparison.merge(from.get(), to.get());
        }
        from.ifPresent(comparison::deleteAll);
        to.ifPresent(comparison::insertAll);
        return new RowTotals(comparison.deleted, comparison.inserted, comparison.changed);
    }

    private void merge(RowStream from, RowStream to) {
        while (!from.isOver() && !to.isOver()) {
            int order = from.compareTo(to);
            if (order < 0) {
                delete(from);
            } else if (order > 0) {
                insert(to);
            } else {
                if (!from.hasSameValues(to)) {
                    sink.changed(from.values(), to.values());
                    changed++;
                }
                from.advance();
                to.advance();
            }
        }
    }

    private void deleteAll(RowStream from) {
        while (!from.isOver()) {
            delete(from);
        }
    }

    private void insertAll(RowStream to) {
        while (!to.isOver()) {
            insert(to);
        }
    }

    private void delete(RowStream from) {
        sink.deleted(from.values());
        deleted++;
        from.advance();
    }

    private void insert(RowStream to) {
        sink.inserted(to.values());
        inserted++;
        to.advance();
    }
}
