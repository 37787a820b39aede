package dev.neon.slice;

import dev.neon.repo.layer.PageVersion;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SectionCursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes through a section in all snapshots of a chain at once. */
final class SnapshotScan implements PageScan {
    private static final long NEWEST = -1;

    private final Section section;
    private final List<SnapshotLevel> levels;
    /** Those that do not lead are opened when they are needed. */
    private final @Nullable SectionCursor[] cursors;
    private final boolean[] ended;
    private final PageVersion[] versions;
    /** So many of the newest snapshots say which blocks are gone through. */
    private final int leading;
    private final EarlierPages earlier;
    private int block;
    private int count;
    /** Whether {@link #versions} has all that the page is made of. */
    private boolean isComplete;

    /**
     * @param levels  the newest first
     * @param leading how many of them say which blocks are gone through
     * @param earlier the pages that those lie on, as far as they are at hand
     */
    SnapshotScan(Section section, int from, List<SnapshotLevel> levels, int leading, EarlierPages earlier) {
        this.section = section;
        this.leading = leading;
        this.earlier = earlier;
        this.levels = levels;
        this.cursors = new SectionCursor[levels.size()];
        this.ended = new boolean[levels.size()];
        this.versions = new PageVersion[levels.size()];
        for (int i = 0; i < leading; i++) {
            cursors[i] = levels.get(i).layers().scan(section, from, NEWEST);
            ended[i] = !cursors[i].next();
        }
        this.count = -1;
    }

    @Override
    public boolean next() {
        if (count >= 0) {
            leave(block);
        }
        while (true) {
            int least = 0;
            boolean isAny = false;
            for (int i = 0; i < leading; i++) {
                if (!ended[i] && (!isAny || Integer.compareUnsigned(cursors[i].block(), least) < 0)) {
                    least = cursors[i].block();
                    isAny = true;
                }
            }
            if (!isAny) {
                return false;
            }
            block = least;
            if (collect()) {
                return true;
            }
            leave(block);
        }
    }

    /** Takes the versions of the block from the leading snapshots that count; false if the fork has no such block. */
    private boolean collect() {
        count = 0;
        isComplete = false;
        collect(0, leading);
        return count > 0;
    }

    /** Takes the versions of the block from some snapshots, until there is enough for the page. */
    private void collect(int from, int to) {
        for (int i = from; i < to && !isComplete; i++) {
            if (!levels.get(i).has(section.fork(), block)) {
                isComplete = true;
            } else if (isAt(i)) {
                versions[count++] = cursors[i];
                isComplete = !cursors[i].needsBase();
            }
        }
        isComplete |= to == levels.size();
    }

    /** Whether a snapshot has versions of the current block. */
    private boolean isAt(int i) {
        if (cursors[i] == null) {
            cursors[i] = levels.get(i).layers().scan(section, block, NEWEST);
            ended[i] = !cursors[i].next();
        } else if (i >= leading && !ended[i] && Integer.compareUnsigned(cursors[i].block(), block) < 0) {
            ended[i] = !cursors[i].seek(block);
        }
        return !ended[i] && cursors[i].block() == block;
    }

    private void leave(int passed) {
        for (int i = 0; i < leading; i++) {
            if (!ended[i] && cursors[i].block() == passed) {
                ended[i] = !cursors[i].next();
            }
        }
    }

    @Override
    public int block() {
        return block;
    }

    @Override
    public void read(byte[] page) {
        if (!isComplete) {
            if (earlier.read(block, page) && versions[count - 1].liesOn(page)) {
                SnapshotPages.advance(versions, count, page);
                return;
            }
            collect(leading, levels.size());
        }
        SnapshotPages.rebuild(versions, count, page);
    }

    @Override
    public void close() {
        for (SectionCursor cursor : cursors) {
            if (cursor != null) {
                cursor.close();
            }
        }
    }
}
