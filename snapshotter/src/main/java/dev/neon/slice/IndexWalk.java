package dev.neon.slice;

import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.redo.PageRedo;
import dev.neon.rmgr.BlockRedo;
import dev.neon.state.BlockRange;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.ForkEvents;
import dev.neon.state.MetadataRedo;
import dev.neon.state.Slru;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a {@link BlockIndex}. */
public final class IndexWalk implements ForkEvents, BlockRedo.Touched {
    /** Free space maps are not kept. */
    private static final int FSM = 1;

    private final WalSource source;
    private final ClusterMetadata metadata;
    private final Lsn from;
    private final ReferenceTable table;
    private final Map<ForkKey, List<ForkEvent>> events = new HashMap<>();
    private int places;
    /** The bounds of the record that is being looked at. */
    private long start;
    private long end;

    private IndexWalk(WalSource source, ClusterMetadata metadata) {
        this.source = source;
        this.metadata = metadata;
        this.from = metadata.lsn();
        this.table = new ReferenceTable(from.value());
    }

    /**
     * Walks over the WAL from where the metadata is.
     *
     * @param metadata at the range's beginning; stays as it is
     * @param to       where the range ends, a boundary
     * @param most     how many places there may be; if there are more, the range ends before
     * @throws dev.neon.repo.error.CorruptFileException    if the WAL is damaged
     * @throws NotFoundException                           if it does not reach {@code to}
     * @throws dev.neon.repo.error.UnsupportedWalException if a record is of a form that is not known
     */
    public static BlockIndex walk(WalSource source, ClusterMetadata metadata, Lsn to, int most) {
        IndexWalk walk = new IndexWalk(source, metadata.copy());
        walk.walk(to, most);
        return walk.finish();
    }

    private void walk(Lsn to, int most) {
        MetadataRedo metadataRedo = new MetadataRedo(source.major());
        try (WalReader reader = WalReader.from(source, from); PageRedo redo = new PageRedo(source.major())) {
            while (reader.endLsn() < to.value()) {
                if (!reader.next()) {
                    throw reader.endsBefore(to);
                }
                if (places >= most || reader.endLsn() - from.value() >= References.LONGEST_RANGE) {
                    return;
                }
                WalRecord record = reader.record();
                start = record.startLsn();
                end = record.endLsn();
                metadataRedo.redo(record, metadata, this);
                for (int id = 0; id < record.blockCount(); id++) {
                    if (record.hasBlock(id) && record.fork(id) != FSM) {
                        add(record.tablespace(id), record.database(id), record.relation(id), record.fork(id),
                                record.block(id), id, !PageRedo.isSelfContained(record, id));
                    }
                }
                redo.touches(record, this);
            }
        }
    }

    private void add(int tablespace, int database, int relation, int fork, int block, int id, boolean depends) {
        if (table.get(tablespace, database, relation, fork, block).add(block, start, id, depends)) {
            places++;
        }
    }

    @Override
    public void page(RelFileLocator relation, int fork, int block) {
        if (fork != FSM) {
            metadata.extend(new ForkKey(relation, fork), block);
            add(relation.tablespace(), relation.database(), relation.relation(), fork, block, References.TOUCHED, true);
        }
    }

    @Override
    public void changed(Slru slru, int page, boolean isNew) {
        RelFileLocator relation = slru.fork().relation();
        add(relation.tablespace(), relation.database(), relation.relation(), slru.fork().fork(), page,
                References.TOUCHED, !isNew);
    }

    @Override
    public void truncated(ForkKey fork, int blocks) {
        add(fork, new ForkEvent.Truncated(start, end, blocks));
    }

    @Override
    public void dropped(ForkKey fork) {
        add(fork, new ForkEvent.Truncated(start, end, 0));
    }

    @Override
    public void removed(Slru slru, BlockRange gone) {
        add(slru.fork(), new ForkEvent.Removed(start, end, gone));
    }

    @Override
    public void copied(ForkKey from, ForkKey to, int blocks) {
        add(to, new ForkEvent.Copied(start, end, from, blocks));
    }

    private void add(ForkKey fork, ForkEvent event) {
        if (fork.fork() != FSM) {
            events.computeIfAbsent(fork, none -> new ArrayList<>()).add(event);
            places++;
        }
    }

    private BlockIndex finish() {
        SortedMap<Section, References> sorted = new TreeMap<>();
        table.all().stream().filter(each -> each.count() > 0).forEach(each -> sorted.put(each.section(), each));
        return new BlockIndex(source, from, metadata, sorted, events);
    }

}
