package dev.neon.state;

import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.ServerParameters;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.layer.ForkKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The bytes of metadata: the whole, or the difference to the metadata of an earlier point, its parent. Little-endian,
 * without padding; the same metadata has the same bytes.
 * <pre>
 * u32       format               1
 * u64       LSN of the parent    0 in the whole
 * u64       LSN
 * u64       start of the last record
 * u8[296]   the first bytes of the control file with which the history began
 * u8[88]    counters             as in a checkpoint
 * u64       start of the last checkpoint's record
 * u8[88]    what that says
 * u32       wal_level
 * u8        wal_log_hints
 * s32[5]    max_connections, max_worker_processes, max_wal_senders, max_prepared_transactions,
 *           max_locks_per_transaction
 * u8        track_commit_timestamp
 * bytes     global/pg_filenode.map
 * 4 times   u32 first page, u32 pages            of each {@link Slru}
 * table     directories of databases: u32 tablespace, u32 database → u8 PG_VERSION, bytes pg_filenode.map
 * table     tablespaces:              u32 → bytes location, UTF-8
 * table     two-phase files:          u64 → bytes
 * table     replication origins:      u32 → u64
 * table     forks:                    u32 tablespace, u32 database, u32 relation, u32 fork → u32 blocks
 *
 * bytes     u32 length, and as many u8
 * table     u32 count, and as many keys that the parent has and this has not; u32 count, and as many keys and values
 *           that the parent has not
 * </pre>
 */
public final class MetadataFormat {
    private static final int FORMAT = 1;
    private static final int CONTROL_BYTES = 296;
    /** {@code PG_CONTROL_FILE_SIZE}; what the structure does not fill is zero. */
    private static final int CONTROL_FILE_BYTES = 8192;

    private MetadataFormat() {}

    /** All of it. */
    public static byte[] write(ClusterMetadata metadata) {
        return write(metadata, new ClusterMetadata(metadata.base(), Lsn.ZERO));
    }

    /** Only what differs. */
    public static byte[] writeDifference(ClusterMetadata metadata, ClusterMetadata parent) {
        return write(metadata, parent);
    }

    /** Whether {@link #readDifference} reads these bytes and not {@link #read}. */
    public static boolean isDifference(byte[] bytes) {
        return bytes.length >= 12 && ByteBuffer.wrap(bytes).getLong(4) != 0;
    }

    private static byte[] write(ClusterMetadata metadata, ClusterMetadata parent) {
        MetadataOutput out = new MetadataOutput().u32(FORMAT).u64(parent.lsn().value());
        out.u64(metadata.lsn().value()).u64(metadata.lastRecord().value());
        out.raw(metadata.base().bytes(), CONTROL_BYTES);
        out.raw(metadata.counters().toBytes(metadata.major(), 0), CheckPoint.BYTES);
        out.u64(metadata.checkPointLsn().value()).raw(metadata.checkPointBytes(), CheckPoint.BYTES);
        ServerParameters parameters = metadata.parameters();
        out.u32(parameters.walLevel()).u8(parameters.walLogHints() ? 1 : 0);
        out.u32(parameters.maxConnections()).u32(parameters.maxWorkerProcesses()).u32(parameters.maxWalSenders());
        out.u32(parameters.maxPreparedTransactions()).u32(parameters.maxLocksPerTransaction());
        out.u8(parameters.trackCommitTimestamp() ? 1 : 0).counted(metadata.globalMap());
        for (Slru slru : Slru.values()) {
            out.u32(metadata.pages(slru).first()).u32(metadata.pages(slru).count());
        }
        out.difference(metadata.databases(), parent.databases(), DatabaseFiles::equals,
                (to, key) -> to.u32(key.tablespace()).u32(key.database()),
                (to, files) -> to.u8(files.hasVersion() ? 1 : 0).counted(files.map()));
        out.difference(metadata.tablespaces(), parent.tablespaces(), String::equals, MetadataOutput::u32,
                (to, location) -> to.counted(location.getBytes(StandardCharsets.UTF_8)));
        out.difference(metadata.twoPhase(), parent.twoPhase(), Arrays::equals, MetadataOutput::u64,
                MetadataOutput::counted);
        out.difference(metadata.origins(), parent.origins(), Lsn::equals, MetadataOutput::u32,
                (to, progress) -> to.u64(progress.value()));
        out.difference(sizes(metadata), sizes(parent), Integer::equals, MetadataFormat::fork, MetadataOutput::u32);
        return out.toBytes();
    }

    private static SortedMap<ForkKey, Integer> sizes(ClusterMetadata metadata) {
        SortedMap<ForkKey, Integer> sizes = new TreeMap<>();
        for (ForkKey fork : metadata.sizes().forks()) {
            sizes.put(fork, metadata.blocks(fork));
        }
        return sizes;
    }

    private static void fork(MetadataOutput to, ForkKey fork) {
        RelFileLocator relation = fork.relation();
        to.u32(relation.tablespace()).u32(relation.database()).u32(relation.relation()).u32(fork.fork());
    }

    /**
     * @param file is named in errors
     * @throws dev.neon.repo.error.CorruptFileException if they are not such bytes
     */
    public static ClusterMetadata read(Path file, byte[] bytes) {
        MetadataInput in = begin(file, bytes, Lsn.ZERO);
        Lsn lsn = new Lsn(in.u64());
        long lastRecord = in.u64();
        byte[] control = Arrays.copyOf(in.raw(CONTROL_BYTES), CONTROL_FILE_BYTES);
        ClusterMetadata metadata = new ClusterMetadata(ControlFile.parse(file, control), lsn);
        metadata.advance(lastRecord, lsn.value());
        fill(in, metadata);
        return metadata;
    }

    /** As {@link #read}, of a difference to {@code parent}, which stays as it is. */
    public static ClusterMetadata readDifference(Path file, byte[] bytes, ClusterMetadata parent) {
        MetadataInput in = begin(file, bytes, parent.lsn());
        ClusterMetadata metadata = parent.copy();
        long lsn = in.u64();
        metadata.advance(in.u64(), lsn);
        if (!Arrays.equals(in.raw(CONTROL_BYTES), Arrays.copyOf(parent.base().bytes(), CONTROL_BYTES))) {
            throw in.corrupt("the parent's control file", "another");
        }
        fill(in, metadata);
        return metadata;
    }

    private static MetadataInput begin(Path file, byte[] bytes, Lsn parent) {
        MetadataInput in = new MetadataInput(file, bytes);
        int format = in.u32();
        if (format != FORMAT) {
            throw in.corrupt("metadata of format " + FORMAT, "format " + Integer.toUnsignedLong(format));
        }
        Lsn found = new Lsn(in.u64());
        if (!found.equals(parent)) {
            throw in.corrupt("the parent " + parent, found.toString());
        }
        return in;
    }

    private static void fill(MetadataInput in, ClusterMetadata metadata) {
        metadata.counters(checkPoint(in, in.raw(CheckPoint.BYTES)));
        Lsn record = new Lsn(in.u64());
        byte[] body = in.raw(CheckPoint.BYTES);
        checkPoint(in, body);
        metadata.checkPoint(record, body);
        metadata.parameters(new ServerParameters(in.u32(), in.u8() != 0, in.u32(), in.u32(), in.u32(), in.u32(),
                in.u32(), in.u8() != 0));
        metadata.globalMap(in.counted());
        for (Slru slru : Slru.values()) {
            metadata.pages(slru, slruPages(in, slru));
        }
        in.apply(metadata.changeableDatabases(), from -> new DatabaseDirectory(from.u32(), from.u32()),
                from -> new DatabaseFiles(from.u8() != 0, from.counted()));
        in.apply(metadata.changeableTablespaces(), MetadataInput::u32,
                from -> new String(from.counted(), StandardCharsets.UTF_8));
        in.apply(metadata.changeableTwoPhase(), MetadataInput::u64, MetadataInput::counted);
        in.apply(metadata.changeableOrigins(), MetadataInput::u32, from -> new Lsn(from.u64()));
        SortedMap<ForkKey, Integer> sizes = sizes(metadata);
        in.apply(sizes, from -> new ForkKey(new RelFileLocator(from.u32(), from.u32(), from.u32()), from.u32()),
                MetadataInput::u32);
        in.finish();
        metadata.sizes().forks().stream().filter(fork -> !sizes.containsKey(fork)).forEach(metadata.sizes()::remove);
        sizes.forEach(metadata.sizes()::set);
    }

    private static CheckPoint checkPoint(MetadataInput in, byte[] body) {
        try {
            return CheckPoint.parse(ByteBuffer.wrap(body), 0);
        } catch (DateTimeException beyond) {
            throw in.corrupt("a checkpoint", "one of no time");
        }
    }

    private static SlruPages slruPages(MetadataInput in, Slru slru) {
        int first = in.u32();
        int count = in.u32();
        if (first < 0 || first >= slru.pages() || first % Slru.PAGES_PER_FILE != 0 || count < 0
                || count > slru.pages()) {
            throw in.corrupt("pages of " + slru.directory(), count + " from " + first + " on");
        }
        return new SlruPages(slru, first, count);
    }
}
