package dev.neon.state;

import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.ServerParameters;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state of a cluster at one LSN, without pages. {@link BaseState} or {@link MetadataFormat} makes it, {@link
 * MetadataRedo} brings it forward. Changed by one thread; any number may look at what no longer changes, and {@link
 * #copy} gives others their own.
 */
public final class ClusterMetadata {
    private final ControlFile base;
    private final PostgresMajor major;
    private ServerParameters parameters;
    private Counters counters;
    private long lsn;
    private long lastRecord;
    private Lsn checkPointLsn;
    /** What the last checkpoint's record says. */
    private byte[] checkPoint;
    private final ForkSizes sizes;
    private final Map<Slru, SlruPages> slrus;
    private final SortedMap<DatabaseDirectory, DatabaseFiles> databases;
    private byte[] globalMap = new byte[0];
    private final SortedMap<Integer, String> tablespaces;
    private final SortedMap<Long, byte[]> twoPhase;
    private final SortedMap<Integer, Lsn> origins;

    /** What a control file says, and nothing else yet. Its checkpoint is the last record. */
    ClusterMetadata(ControlFile base, Lsn lsn) {
        this.base = base;
        this.major = base.major();
        this.parameters = base.parameters();
        this.counters = new Counters(base.checkPoint(), lsn);
        this.lsn = lsn.value();
        this.lastRecord = base.checkPointLsn().value();
        this.checkPointLsn = base.checkPointLsn();
        this.checkPoint = base.checkPointBytes();
        this.sizes = new ForkSizes();
        this.slrus = new EnumMap<>(Slru.class);
        for (Slru slru : Slru.values()) {
            slrus.put(slru, new SlruPages(slru));
        }
        this.databases = new TreeMap<>();
        this.tablespaces = new TreeMap<>(Integer::compareUnsigned);
        this.twoPhase = new TreeMap<>(Long::compareUnsigned);
        this.origins = new TreeMap<>();
    }

    private ClusterMetadata(ClusterMetadata other) {
        base = other.base;
        major = other.major;
        parameters = other.parameters;
        counters = other.counters.copy();
        lsn = other.lsn;
        lastRecord = other.lastRecord;
        checkPointLsn = other.checkPointLsn;
        checkPoint = other.checkPoint;
        sizes = other.sizes.copy();
        slrus = new EnumMap<>(Slru.class);
        other.slrus.forEach((slru, pages) -> slrus.put(slru, pages.copy()));
        databases = new TreeMap<>(other.databases);
        globalMap = other.globalMap;
        tablespaces = new TreeMap<>(other.tablespaces);
        twoPhase = new TreeMap<>(other.twoPhase);
        origins = new TreeMap<>(other.origins);
    }

    /** An independent copy. */
    public ClusterMetadata copy() {
        return new ClusterMetadata(this);
    }

    public PostgresMajor major() {
        return major;
    }

    public ClusterIdentity identity() {
        return base.identity();
    }

    /** The control file from which the history was begun: what never changes is as it says. */
    ControlFile base() {
        return base;
    }

    /** The state is that after all records which end here or before: the end of {@link #lastRecord}. */
    public Lsn lsn() {
        return new Lsn(lsn);
    }

    /** The start of the last record before {@link #lsn}, to which the next one links. */
    public Lsn lastRecord() {
        return new Lsn(lastRecord);
    }

    /** A record has been done. */
    void advance(long start, long end) {
        lastRecord = start;
        lsn = end;
    }

    /** What a shutdown checkpoint would say here; its {@code redo} and {@code time} mean nothing. */
    public CheckPoint counters() {
        return counters.checkPoint(Lsn.ZERO, Instant.EPOCH);
    }

    Counters counting() {
        return counters;
    }

    void counters(CheckPoint all) {
        counters = new Counters(all, lsn());
    }

    /** The start of the last checkpoint's record, at or below {@link #lsn}. */
    public Lsn checkPointLsn() {
        return checkPointLsn;
    }

    /** What that checkpoint's record says. */
    public CheckPoint checkPoint() {
        return CheckPoint.parse(ByteBuffer.wrap(checkPoint), 0);
    }

    /** The same, byte for byte. */
    byte[] checkPointBytes() {
        return checkPoint;
    }

    void checkPoint(Lsn record, byte[] body) {
        checkPointLsn = record;
        checkPoint = body;
    }

    /** The settings that {@code pg_control} keeps, as WAL told them last. */
    public ServerParameters parameters() {
        return parameters;
    }

    void parameters(ServerParameters changed) {
        parameters = changed;
    }

    /** All forks, SLRUs included, in their order; a copy. Free space maps and main forks of unlogged relations are none. */
    public List<ForkKey> forks() {
        List<ForkKey> forks = new ArrayList<>();
        for (Slru slru : Slru.values()) {
            forks.add(slru.fork());
        }
        forks.addAll(sizes.forks());
        return forks;
    }

    /** Whether there is such a fork; SLRUs always are. */
    public boolean exists(ForkKey fork) {
        return sizes.contains(fork) || Slru.of(fork).isPresent();
    }

    /** How many blocks a relation's fork has, unsigned; 0 if there is none. Not for SLRUs. */
    public int blocks(ForkKey fork) {
        return sizes.blocks(fork);
    }

    /**
     * The blocks that a fork has, of an SLRU too: one range, two for an SLRU whose page numbers have wrapped around, none
     * if there is no block. Pages in them that nothing was ever written to are zeros.
     */
    public List<BlockRange> ranges(ForkKey fork) {
        Optional<Slru> slru = Slru.of(fork);
        if (slru.isPresent()) {
            return pages(slru.get()).ranges();
        }
        int blocks = sizes.blocks(fork);
        return blocks == 0 ? List.of() : List.of(new BlockRange(0, blocks));
    }

    /** Makes sure that a fork has a block: one that a record touches without a reference. FSMs are passed over. */
    public void extend(ForkKey fork, int block) {
        RelFileLocator relation = fork.relation();
        extend(relation.tablespace(), relation.database(), relation.relation(), fork.fork(), block);
    }

    void extend(int tablespace, int database, int relation, int fork, int block) {
        if (fork != ForkNumber.FSM.ordinal() && sizes.extend(tablespace, database, relation, fork, block + 1)) {
            ensureDirectory(tablespace, database);
        }
    }

    /** @return whether it was not there */
    boolean create(ForkKey fork) {
        RelFileLocator relation = fork.relation();
        ensureDirectory(relation.tablespace(), relation.database());
        return sizes.extend(relation.tablespace(), relation.database(), relation.relation(), fork.fork(), 0);
    }

    /** {@code TablespaceCreateDbspace}. */
    private void ensureDirectory(int tablespace, int database) {
        if (database != 0) {
            databases.putIfAbsent(new DatabaseDirectory(tablespace, database), DatabaseFiles.NONE);
        }
    }

    ForkSizes sizes() {
        return sizes;
    }

    SlruPages pages(Slru slru) {
        return slrus.get(slru);
    }

    void pages(Slru slru, SlruPages pages) {
        slrus.put(slru, pages);
    }

    /** The directories of databases, one for each tablespace that a database has files in. Read-only. */
    public SortedMap<DatabaseDirectory, DatabaseFiles> databases() {
        return Collections.unmodifiableSortedMap(databases);
    }

    SortedMap<DatabaseDirectory, DatabaseFiles> changeableDatabases() {
        return databases;
    }

    /** {@code global/pg_filenode.map}; not to be changed. */
    public byte[] globalMap() {
        return globalMap;
    }

    void globalMap(byte[] map) {
        globalMap = map;
    }

    /** Locations of tablespaces by unsigned oid: an absolute path, or empty for one that lives in {@code pg_tblspc}. Read-only. */
    public SortedMap<Integer, String> tablespaces() {
        return Collections.unmodifiableSortedMap(tablespaces);
    }

    SortedMap<Integer, String> changeableTablespaces() {
        return tablespaces;
    }

    /** Content of two-phase files without their CRC, by the transaction's 64-bit id. Read-only. */
    public SortedMap<Long, byte[]> twoPhase() {
        return Collections.unmodifiableSortedMap(twoPhase);
    }

    SortedMap<Long, byte[]> changeableTwoPhase() {
        return twoPhase;
    }

    /** How far each replication origin has come, by its id. Read-only. */
    public SortedMap<Integer, Lsn> origins() {
        return Collections.unmodifiableSortedMap(origins);
    }

    SortedMap<Integer, Lsn> changeableOrigins() {
        return origins;
    }
}
