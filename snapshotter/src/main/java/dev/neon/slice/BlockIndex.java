package dev.neon.slice;

import dev.neon.repo.Lsn;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.state.ClusterMetadata;
import dev.neon.wal.WalSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Where a range of WAL changes pages: from one walk over it, eight bytes for each change of a page, and what happens to
 * forks as a whole. Nothing of the records themselves is kept. Safe for threads once it is made.
 */
public final class BlockIndex {
    /** How many places an index may have, as a rule: some 100 MB of memory. */
    public static final int MOST_PLACES = 8_000_000;

    private final WalSource source;
    private final Lsn from;
    private final ClusterMetadata metadata;
    private final SortedMap<Section, References> references;
    private final Map<ForkKey, List<ForkEvent>> events;

    BlockIndex(WalSource source, Lsn from, ClusterMetadata metadata, SortedMap<Section, References> references,
            Map<ForkKey, List<ForkEvent>> events) {
        this.source = source;
        this.from = from;
        this.metadata = metadata;
        this.references = Collections.unmodifiableSortedMap(references);
        this.events = Collections.unmodifiableMap(events);
    }

    /** The WAL that was walked over. */
    public WalSource source() {
        return source;
    }

    /** Where the range begins. */
    public Lsn from() {
        return from;
    }

    /** Where the range ends, a boundary. */
    public Lsn to() {
        return metadata.lsn();
    }

    /** The cluster at {@link #to}; not to be changed. */
    public ClusterMetadata metadata() {
        return metadata;
    }

    /** The places by section; those of a section are sorted. */
    SortedMap<Section, References> references() {
        return references;
    }

    /** The places in a section, if there are any. */
    Optional<References> references(Section section) {
        return Optional.ofNullable(references.get(section)).map(References::sort);
    }

    /** What happens to a fork as a whole, in the order of the WAL. */
    List<ForkEvent> events(ForkKey fork) {
        return events.getOrDefault(fork, List.of());
    }

    /** The forks that something happens to as a whole. */
    Map<ForkKey, List<ForkEvent>> events() {
        return events;
    }
}
