package dev.neon.repo.layer;

import java.util.List;

/** Goes through the parts that several layers have of a section, one after the other. */
final class CursorChain implements SectionCursor {
    private final List<SectionCursor> cursors;
    private int current;

    CursorChain(List<SectionCursor> cursors) {
        this.cursors = cursors;
    }

    @Override
    public boolean next() {
        while (current < cursors.size()) {
            if (cursors.get(current).next()) {
                return true;
            }
            cursors.get(current).close();
            current++;
        }
        return false;
    }

    @Override
    public boolean seek(int block) {
        while (current < cursors.size()) {
            if (cursors.get(current).seek(block)) {
                return true;
            }
            cursors.get(current).close();
            current++;
        }
        return false;
    }

    private SectionCursor current() {
        if (current == cursors.size()) {
            throw new IllegalStateException("the cursor is at no block");
        }
        return cursors.get(current);
    }

    @Override
    public int block() {
        return current().block();
    }

    @Override
    public long lsn() {
        return current().lsn();
    }

    @Override
    public boolean needsBase() {
        return current().needsBase();
    }

    @Override
    public boolean liesOn(byte[] page) {
        return current().liesOn(page);
    }

    @Override
    public void rebuild(byte[] page) {
        current().rebuild(page);
    }

    @Override
    public void close() {
        cursors.forEach(SectionCursor::close);
    }
}
