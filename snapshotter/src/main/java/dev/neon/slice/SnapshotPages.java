package dev.neon.slice;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.PageVersion;
import dev.neon.repo.layer.Section;
import dev.neon.state.ClusterMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The pages of a snapshot: of a chain of deltas, and the image that it lies on. A page is what the newest snapshot with
 * an image of it says, with the patches of those above. A snapshot in which the fork has no such block ends the search:
 * the block was made anew after it, as zeros.
 */
public final class SnapshotPages implements PageSource {
    /** Every version that a snapshot has is at or below its LSN. */
    private static final long NEWEST = -1;

    private final List<SnapshotLevel> levels;

    /** @param levels the newest first, the image last */
    SnapshotPages(List<SnapshotLevel> levels) {
        this.levels = List.copyOf(levels);
    }

    @Override
    public ClusterMetadata metadata() {
        return levels.getFirst().metadata();
    }

    @Override
    public boolean read(ForkKey fork, int block, byte[] page) {
        if (!levels.getFirst().has(fork, block)) {
            Arrays.fill(page, (byte) 0);
            return false;
        }
        PageVersion[] patches = new PageVersion[levels.size()];
        int count = 0;
        for (SnapshotLevel level : levels) {
            if (!level.has(fork, block)) {
                break;
            }
            Optional<PageVersion> version = level.layers().newest(fork, block, NEWEST);
            if (version.isPresent()) {
                patches[count++] = version.get();
                if (!version.get().needsBase()) {
                    break;
                }
            }
        }
        rebuild(patches, count, page);
        return true;
    }

    /** @param versions the newest first */
    static void rebuild(PageVersion[] versions, int count, byte[] page) {
        if (count == 0 || versions[count - 1].needsBase()) {
            Arrays.fill(page, (byte) 0);
        }
        for (int i = count - 1; i >= 0; i--) {
            versions[i].rebuild(page);
        }
    }

    @Override
    public PageScan scan(Section section) {
        List<SnapshotLevel> reached = new ArrayList<>();
        for (SnapshotLevel level : levels) {
            if (!level.has(section.fork(), section.firstBlock()) && section.fork().relation().tablespace() != 0) {
                break;
            }
            reached.add(level);
        }
        return new SnapshotScan(section, reached);
    }
}
