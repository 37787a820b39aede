package dev.neon.postgres;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * {@code global/pg_control} of PostgreSQL 14 to 18; little-endian, the offsets of a 64-bit build
 * ({@code pg_control.h ControlFileData}).
 * <pre>
 *   0  u64 system_identifier         144  u32 minRecoveryPointTLI
 *   8  u32 pg_control_version        152  u64 backupStartPoint
 *  12  u32 catalog_version_no        160  u64 backupEndPoint
 *  16  u32 state                     168  u8  backupEndRequired
 *  24  s64 time                      172  u32 wal_level
 *  32  u64 checkPoint                176  u8  wal_log_hints
 *  40  checkPointCopy, 88 bytes      180  s32 MaxConnections
 * 128  u64 unloggedLSN               184  s32 max_worker_processes
 * 136  u64 minRecoveryPoint          188  s32 max_wal_senders
 *                                    192  s32 max_prepared_xacts
 *                                    196  s32 max_locks_per_xact
 *                                    200  u8  track_commit_timestamp
 *                                    216  u32 blcksz
 *                                    224  u32 xlog_blcksz
 *                                    228  u32 xlog_seg_size
 *                                    252  u32 data_checksum_version
 *                                    288  u32 crc (14 to 17; 292 in 18)
 * </pre>
 * The CRC-32C covers everything before it. The release is told by the catalog version, because the control version
 * does not change with each release.
 */
public final class ControlFile {
    static final int STATE = 16;
    static final int TIME = 24;
    static final int CHECKPOINT = 32;
    static final int CHECKPOINT_COPY = 40;
    static final int UNLOGGED_LSN = 128;
    static final int MIN_RECOVERY_POINT = 136;
    static final int MIN_RECOVERY_TIMELINE = 144;
    static final int BACKUP_START = 152;
    static final int BACKUP_END = 160;
    static final int BACKUP_END_REQUIRED = 168;
    static final int WAL_LEVEL = 172;
    static final int WAL_LOG_HINTS = 176;
    static final int MAX_CONNECTIONS = 180;
    static final int MAX_WORKER_PROCESSES = 184;
    static final int MAX_WAL_SENDERS = 188;
    static final int MAX_PREPARED_TRANSACTIONS = 192;
    static final int MAX_LOCKS_PER_TRANSACTION = 196;
    static final int TRACK_COMMIT_TIMESTAMP = 200;
    private static final int BLOCK_SIZE = 216;
    private static final int WAL_BLOCK_SIZE = 224;
    private static final int SEGMENT_SIZE = 228;
    private static final int CHECKSUM_VERSION = 252;
    private static final int SHORTEST = 296;
    private static final int PAGE = 8192;
    private static final int LIVE_ATTEMPTS = 20;
    private static final long LIVE_PAUSE_NANOS = 10_000_000;

    private static final String HINT =
            "The control file does not belong to an intact cluster. Rebuild the data directory from its snapshot.";

    private final byte[] content;
    private final ByteBuffer at;
    private final PostgresMajor major;
    private final ClusterState state;

    private ControlFile(byte[] content, PostgresMajor major, ClusterState state) {
        this.content = content;
        this.at = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        this.major = major;
        this.state = state;
    }

    /**
     * Reads and checks a control file.
     *
     * @param file {@code global/pg_control} of a data directory
     * @throws CorruptFileException   if it is too short, its CRC differs, or a field holds what no server writes
     * @throws UnsupportedException   if another release, a build with other block sizes, or a big-endian machine
     *                                wrote it
     * @throws StorageFailedException if it cannot be read
     */
    public static ControlFile read(Path file) {
        try {
            return parse(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }

    /**
     * As {@link #read}, of a running server: what is read while it writes may be half old and half new, so a wrong
     * checksum is looked at again after a pause, as PostgreSQL's own programs do
     * ({@code REL_17 controldata_utils.c get_controlfile}).
     */
    public static ControlFile readLive(Path file) {
        for (int attempt = 1; ; attempt++) {
            try {
                return read(file);
            } catch (CorruptFileException torn) {
                if (attempt == LIVE_ATTEMPTS || Thread.currentThread().isInterrupted()) {
                    throw torn;
                }
                LockSupport.parkNanos(LIVE_PAUSE_NANOS);
            }
        }
    }

    /** As {@link #read}, from bytes; {@code file} is named in errors. */
    public static ControlFile parse(Path file, byte[] bytes) {
        if (bytes.length < SHORTEST) {
            throw new CorruptFileException(file, bytes.length, "at least " + SHORTEST + " bytes",
                    bytes.length + " bytes", HINT);
        }
        byte[] content = bytes.clone();
        ByteBuffer at = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int catalogVersion = at.getInt(12);
        PostgresMajor major = PostgresMajor.ofCatalogVersion(catalogVersion).orElseThrow(
                () -> new UnsupportedException("unknown catalog version " + Integer.toUnsignedString(catalogVersion)
                        + " in '" + file + "'", "The cluster was made by a release that neon does not read; it reads"
                        + " PostgreSQL 14 to 18, without betas."));
        int crcOffset = major.controlCrcOffset();
        int stored = at.getInt(crcOffset);
        int computed = crc(content, crcOffset);
        if (stored != computed) {
            throw new CorruptFileException(file, crcOffset, hex(computed), hex(stored), HINT);
        }
        int state = at.getInt(STATE);
        if (state < 0 || state >= ClusterState.values().length) {
            throw new CorruptFileException(file, STATE, "a cluster state", Integer.toString(state), HINT);
        }
        requireSize(file, "block size", at.getInt(BLOCK_SIZE));
        requireSize(file, "WAL block size", at.getInt(WAL_BLOCK_SIZE));
        int segment = at.getInt(SEGMENT_SIZE);
        if (Integer.bitCount(segment) != 1 || segment < 1 << 20 || segment > 1 << 30) {
            throw new CorruptFileException(file, SEGMENT_SIZE, "a power of two from 1 MiB to 1 GiB",
                    Integer.toString(segment), HINT);
        }
        return new ControlFile(content, major, ClusterState.values()[state]);
    }

    private static void requireSize(Path file, String what, int bytes) {
        if (bytes != PAGE) {
            throw new UnsupportedException(what + " of " + bytes + " bytes in '" + file + "'",
                    "neon reads clusters of servers that were built with blocks of 8192 bytes.");
        }
    }

    private static int crc(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }

    private static String hex(int value) {
        return "checksum 0x" + String.format("%08x", value);
    }

    public PostgresMajor major() {
        return major;
    }

    /** Unsigned. */
    public long systemIdentifier() {
        return at.getLong(0);
    }

    /** {@code PG_CONTROL_VERSION}. */
    public int controlVersion() {
        return at.getInt(8);
    }

    public ClusterState state() {
        return state;
    }

    /** Where the last checkpoint's record starts. */
    public Lsn checkPointLsn() {
        return new Lsn(at.getLong(CHECKPOINT));
    }

    /** The bytes of the last checkpoint's body. */
    public byte[] checkPointBytes() {
        return Arrays.copyOfRange(content, CHECKPOINT_COPY, CHECKPOINT_COPY + CheckPoint.BYTES);
    }

    /** The copy of the last checkpoint's body. */
    public CheckPoint checkPoint() {
        return CheckPoint.parse(at, CHECKPOINT_COPY);
    }

    /** Recovery must reach this point before the cluster is consistent; {@link Lsn#ZERO} if none is set. */
    public Lsn minRecoveryPoint() {
        return new Lsn(at.getLong(MIN_RECOVERY_POINT));
    }

    /** Where the base backup that is being recovered began; {@link Lsn#ZERO} outside such a recovery. */
    public Lsn backupStartPoint() {
        return new Lsn(at.getLong(BACKUP_START));
    }

    /** Where a backup taken from a standby ended; {@link Lsn#ZERO} outside such a recovery. */
    public Lsn backupEndPoint() {
        return new Lsn(at.getLong(BACKUP_END));
    }

    /** Whether recovery must meet the record that ends the backup. */
    public boolean backupEndRequired() {
        return at.get(BACKUP_END_REQUIRED) != 0;
    }

    /** 0 minimal, 1 replica, 2 logical. */
    public int walLevel() {
        return at.getInt(WAL_LEVEL);
    }

    /** The settings that are kept. */
    public ServerParameters parameters() {
        return new ServerParameters(walLevel(), at.get(WAL_LOG_HINTS) != 0, at.getInt(MAX_CONNECTIONS),
                at.getInt(MAX_WORKER_PROCESSES), at.getInt(MAX_WAL_SENDERS), at.getInt(MAX_PREPARED_TRANSACTIONS),
                at.getInt(MAX_LOCKS_PER_TRANSACTION), at.get(TRACK_COMMIT_TIMESTAMP) != 0);
    }

    /** Bytes in a WAL segment. */
    public int segmentSize() {
        return at.getInt(SEGMENT_SIZE);
    }

    /** 0 without data checksums. */
    public int checksumVersion() {
        return at.getInt(CHECKSUM_VERSION);
    }

    /** What never changes along the cluster's WAL; the WAL timeline is the last checkpoint's. */
    public ClusterIdentity identity() {
        return new ClusterIdentity(major.number(), systemIdentifier(), segmentSize(), checksumVersion() != 0,
                at.getInt(CHECKPOINT_COPY + 8));
    }

    /**
     * Whether a checkpoint record's body equals the copy here: then the record in WAL is the very one that this file
     * speaks of. {@code nextXid} may differ: recovery keeps that of the copy up to date with the checkpoints that it
     * replays ({@code REL_17 xlog.c xlog_redo}), and a server that is killed at the end of its recovery has written it.
     *
     * @param mainData the record's main data, {@link CheckPoint#BYTES} bytes or more
     */
    public boolean checkPointMatches(byte[] mainData) {
        return mainData.length >= CheckPoint.BYTES
                && matches(mainData, 0, CheckPoint.NEXT_XID)
                && matches(mainData, CheckPoint.NEXT_XID + Long.BYTES, CheckPoint.BYTES);
    }

    private boolean matches(byte[] checkPoint, int from, int to) {
        return Arrays.equals(checkPoint, from, to, content, CHECKPOINT_COPY + from, CHECKPOINT_COPY + to);
    }

    /**
     * The file's bytes with the state {@link ClusterState#IN_PRODUCTION}, so that a server starts with crash recovery
     * and replays WAL to its end. Only the state and the CRC differ from what was read.
     */
    public byte[] inProduction() {
        return edit().state(ClusterState.IN_PRODUCTION).bytes();
    }

    /** Begins another control file that is like this one. */
    public ControlFileEditor edit() {
        return new ControlFileEditor(content, major);
    }

    /** The file's bytes as they were read. */
    public byte[] bytes() {
        return content.clone();
    }
}
