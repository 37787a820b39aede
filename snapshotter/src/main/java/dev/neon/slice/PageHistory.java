package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.repo.layer.ForkKey;
import java.util.ArrayList;
import java.util.List;

/** Collects the versions of a page, from the oldest that is known on. */
public final class PageHistory implements PageVersions {
    private final List<PageChange> changes = new ArrayList<>();
    private byte[] last = new byte[Page.SIZE];

    /** What was collected, oldest first. */
    public List<PageChange> changes() {
        return List.copyOf(changes);
    }

    /**
     * Adds the one version that a source has, if it has the block.
     *
     * @return this
     */
    public PageHistory addOnly(PageSource pages, ForkKey fork, int block) {
        Page page = Page.zero();
        if (pages.read(fork, block, page.bytes())) {
            version(block, page.lsn(), page.bytes());
        }
        return this;
    }

    /** What is known already. */
    @Override
    public void base(byte[] page) {}

    @Override
    public void version(int block, long lsn, byte[] page) {
        int differing = 0;
        for (int i = 0; i < Page.SIZE; i++) {
            differing += page[i] == last[i] ? 0 : 1;
        }
        changes.add(new PageChange(lsn, differing));
        last = page.clone();
    }
}
