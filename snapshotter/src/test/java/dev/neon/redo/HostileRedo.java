package dev.neon.redo;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Does records to pages that they were not written for, damaged ones among them. Whatever comes together, redo is done
 * or refused in the ways that it names.
 */
public final class HostileRedo implements AutoCloseable {
    private static final int PAGES = 64;
    private static final int[] SPECIAL = {0, 4, 8, 16};

    private final PageRedo redo;
    private final Random random;
    private final List<byte[]> pages = new ArrayList<>();
    private final Page page = Page.zero();
    private long done;
    private long refused;

    public HostileRedo(PostgresMajor major, long seed) {
        this.redo = new PageRedo(major);
        this.random = new Random(seed);
        for (int i = 0; i < PAGES; i++) {
            pages.add(invented());
        }
    }

    /** A page of any access method, as far as its bounds go. */
    private byte[] invented() {
        page.init(SPECIAL[random.nextInt(SPECIAL.length)]);
        for (int items = random.nextInt(40); items > 0; items--) {
            byte[] item = new byte[random.nextInt(8, 120)];
            random.nextBytes(item);
            page.appendItem(item);
        }
        for (int at = page.special(); at < Page.SIZE; at++) {
            page.put8(at, random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(3));
        }
        return page.bytes().clone();
    }

    /** How often redo was done. */
    public long done() {
        return done;
    }

    /** How often it was refused. */
    public long refused() {
        return refused;
    }

    /**
     * Does each block of a record to some page.
     *
     * @throws RuntimeException that redo does not name
     */
    public void redo(WalRecord record) {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id)) {
                redo(record, id);
            }
        }
        redo.touches(record, (relation, fork, block) -> {
            page.copyFrom(pages.get(random.nextInt(PAGES)));
            redo.redoTouched(record, relation, fork, block, page);
        });
    }

    private void redo(WalRecord record, int id) {
        page.copyFrom(pages.get(random.nextInt(PAGES)));
        for (int damages = random.nextInt(3); damages > 0; damages--) {
            page.put8(random.nextBoolean() ? random.nextInt(64) : random.nextInt(Page.SIZE), random.nextInt());
        }
        page.setLsn(0);
        try {
            redo.redo(record, id, page);
            System.arraycopy(page.bytes(), 0, pages.get(random.nextInt(PAGES)), 0, Page.SIZE);
            done++;
        } catch (PageFormatException | IndexOutOfBoundsException | UnsupportedWalException refusal) {
            refused++;
        }
    }

    @Override
    public void close() {
        redo.close();
    }
}
