package dev.neon.slice;

import dev.neon.repo.Lsn;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.state.ClusterMetadata;
import java.util.Optional;

/** All pages of a cluster at one LSN. Safe for threads. */
public interface PageSource {
    /** The rest of the cluster's state at that LSN; not to be changed. */
    ClusterMetadata metadata();

    /**
     * Reads a page; one that nothing was ever written to is zeros.
     *
     * @param block unsigned
     * @param page  8192 bytes, all of which are written
     * @return whether the fork has the block; if not, {@code page} is zeros
     * @throws dev.neon.repo.error.CorruptFileException   if a file is damaged that the page needs
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be read
     */
    boolean read(ForkKey fork, int block, byte[] page);

    /** Goes through a section's pages, with less effort than reading each. */
    default PageScan scan(Section section) {
        return scan(section, section.firstBlock());
    }

    /**
     * As the other, from the middle of the section.
     *
     * @param from the first block of interest, unsigned
     */
    PageScan scan(Section section, int from);

    /**
     * What has changed since an earlier point of the same history, as far as the source can tell that with less effort than
     * reading all.
     */
    default Optional<PagesSince> since(Lsn lsn) {
        return Optional.empty();
    }
}
