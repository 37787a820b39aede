package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.repo.Lsn;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.slice.PageScan;
import dev.neon.slice.PageSource;
import dev.neon.slice.PagesSince;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.EndOfRecovery;
import dev.neon.state.ForkEvents;
import dev.neon.state.Slru;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Pages as they are once recovery has ended: some of the SLRUs' differ from what WAL says. */
final class RecoveredPages implements PageSource, ForkEvents {
    private final PageSource before;
    private final ClusterMetadata metadata;
    private final Map<Slru, Set<Integer>> changed = new EnumMap<>(Slru.class);

    RecoveredPages(PageSource before) {
        this.before = before;
        this.metadata = before.metadata().copy();
        EndOfRecovery.touches(metadata, this);
    }

    @Override
    public void changed(Slru slru, int page, boolean isNew) {
        changed.computeIfAbsent(slru, none -> new TreeSet<>()).add(page);
    }

    @Override
    public ClusterMetadata metadata() {
        return metadata;
    }

    @Override
    public boolean read(ForkKey fork, int block, byte[] page) {
        boolean wasThere = before.read(fork, block, page);
        Slru slru = Slru.of(fork).orElse(null);
        if (slru == null || !changed.getOrDefault(slru, Set.of()).contains(block)) {
            return wasThere;
        }
        EndOfRecovery.redo(metadata, slru, block, Page.of(page));
        return true;
    }

    /** Of SLRUs, what WAL says only. */
    @Override
    public Optional<PagesSince> since(Lsn lsn) {
        return before.since(lsn);
    }

    @Override
    public PageScan scan(Section section, int from) {
        return Slru.of(section.fork()).filter(changed::containsKey).isPresent() ? new EachPage(this, section, from)
                : before.scan(section, from);
    }
}
