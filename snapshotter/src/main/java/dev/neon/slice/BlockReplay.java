package dev.neon.slice;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.redo.PageRedo;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.state.Slru;
import dev.neon.state.SlruRedo;
import dev.neon.wal.RecordLookup;
import dev.neon.wal.SharedSegments;
import dev.neon.wal.WalRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes single pages from the pages before a range of WAL and the records of that range. Used by one thread; to be closed.
 *
 * <p>Pages have no checksum: {@code pd_checksum} is zero, and computed when a page is written for a cluster that has them.
 */
final class BlockReplay implements AutoCloseable {
    private final BlockIndex index;
    private final SharedSegments wal;
    private final PageRedo redo;
    private final SlruRedo slruRedo;
    private final Page page = Page.zero();
    private @Nullable RecordLookup records;

    BlockReplay(BlockIndex index, SharedSegments wal) {
        this.index = index;
        this.wal = wal;
        this.redo = new PageRedo(index.source().major(), index.metadata().identity().checksums()
                || index.metadata().parameters().walLogHints());
        this.slruRedo = new SlruRedo(index.source().major());
    }

    /**
     * Makes a page as it is at the end of the range. That its fork has the block then is the caller's to know.
     *
     * @param before the pages at the range's beginning
     * @param target all of its bytes are written
     * @throws CorruptFileException if a record cannot be applied
     */
    void last(PageSource before, ForkKey fork, int block, Page target) {
        page(before, fork, block, Long.MAX_VALUE, target);
        if (fork.relation().tablespace() != 0) {
            target.setChecksum(0);
        }
    }

    /** @param limit what starts here or later does not count */
    private void page(PageSource before, ForkKey fork, int block, long limit, Page target) {
        Optional<References> found = index.references(Section.of(fork, block));
        int from = found.map(places -> places.firstOf(block)).orElse(0);
        int to = from;
        int first = from;
        if (found.isPresent()) {
            to = found.get().endOf(block, from);
            while (to > from && found.get().start(to - 1) >= limit) {
                to--;
            }
            first = to;
            while (first > from && found.get().dependsOnBefore(first - 1)) {
                first--;
            }
            first = Math.max(first - 1, from);
        }
        @Nullable ForkEvent event = lastEvent(fork, block, limit);
        boolean isAlone = first < to && !found.orElseThrow().dependsOnBefore(first);
        if (event != null && !(isAlone && found.orElseThrow().start(first) >= event.start())) {
            begin(before, event, block, target);
            while (first < to && found.orElseThrow().start(first) < event.start()) {
                first++;
            }
        } else if (!isAlone) {
            before.read(fork, block, target.bytes());
        }
        for (int place = first; place < to; place++) {
            redo(found.orElseThrow(), place, fork, block, target);
        }
    }

    private @Nullable ForkEvent lastEvent(ForkKey fork, int block, long limit) {
        List<ForkEvent> events = index.events(fork);
        for (int i = events.size() - 1; i >= 0; i--) {
            if (events.get(i).start() < limit && events.get(i).affects(block)) {
                return events.get(i);
            }
        }
        return null;
    }

    private void begin(PageSource before, ForkEvent event, int block, Page target) {
        switch (event) {
            case ForkEvent.Copied copied -> page(before, copied.from(), block, copied.start(), target);
            case ForkEvent.Truncated truncated -> target.clear();
            case ForkEvent.Removed removed -> target.clear();
        }
    }

    /**
     * Makes all versions of a page that the fork has at the end of the range.
     *
     * @param before the pages at the range's beginning
     * @param blocks is on the block
     * @throws CorruptFileException if a record cannot be applied
     */
    void all(PageSource before, ChangedBlocks blocks, PageVersions versions) {
        ForkKey fork = blocks.section().fork();
        int block = blocks.block();
        References places = blocks.places();
        int to = blocks.endPlace();
        boolean isThere = before.read(fork, block, page.bytes());
        if (isThere) {
            versions.base(page.bytes());
        }
        List<ForkEvent> events = index.events(fork);
        int nextEvent = 0;
        int place = blocks.firstPlace();
        long lsn = 0;
        while (true) {
            boolean isEvent = nextEvent < events.size()
                    && (place == to || events.get(nextEvent).start() <= places.start(place));
            if (!isEvent && place == to) {
                break;
            }
            if (isEvent) {
                ForkEvent event = events.get(nextEvent++);
                // One that finds nothing leaves nothing.
                if (event.affects(block) && (isThere || event instanceof ForkEvent.Copied)) {
                    tell(block, lsn, event.end(), versions);
                    begin(before, event, block, page);
                    lsn = event.end();
                    isThere = true;
                }
            } else {
                WalRecord record = records().at(places.start(place));
                tell(block, lsn, record.endLsn(), versions);
                redo(places, place++, fork, block, page);
                lsn = record.endLsn();
                isThere = true;
            }
        }
        tell(block, lsn, 0, versions);
    }

    /** Tells the version that was made last, unless the same record goes on with it. */
    private void tell(int block, long lsn, long next, PageVersions versions) {
        if (lsn != 0 && lsn != next) {
            versions.version(block, lsn, page.bytes());
        }
    }

    private void redo(References places, int place, ForkKey fork, int block, Page target) {
        WalRecord record = records().at(places.start(place));
        int id = places.id(place);
        try {
            if (fork.relation().tablespace() == 0) {
                slruRedo.redo(record, Slru.of(fork).orElseThrow(), block, target);
                return;
            }
            if (id == References.TOUCHED) {
                redo.redoTouched(record, fork.relation(), fork.fork(), block, target);
            } else {
                redo.redo(record, id, target);
            }
            target.setChecksum(0);
        } catch (PageFormatException | IndexOutOfBoundsException e) {
            throw unfit(fork, block, record.start(), e);
        }
    }

    private CorruptFileException unfit(ForkKey fork, int block, Lsn record, RuntimeException reason) {
        int segmentSize = index.source().segmentSize();
        long segment = Long.divideUnsigned(record.value(), segmentSize);
        CorruptFileException damage = new CorruptFileException(
                index.source().path(segment).orElse(Path.of("segment " + segment)), record.value() & segmentSize - 1,
                "a record that fits block " + Integer.toUnsignedString(block) + " of " + fork,
                "one at " + record + " that does not: " + reason.getMessage(),
                "The page before it is damaged, or its WAL. Points before the record are not concerned.");
        damage.initCause(reason);
        return damage;
    }

    private RecordLookup records() {
        RecordLookup lookup = records;
        if (lookup == null) {
            lookup = RecordLookup.of(wal, index.from());
            records = lookup;
        }
        return lookup;
    }

    @Override
    public void close() {
        redo.close();
    }
}
