package dev.neon.repo.layer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/** Collects the entries of one {@link Frame} after the other. */
final class FrameBuilder implements AutoCloseable {
    /** A frame that is this full ends where a block begins, which saves the image that it costs to end amid one. */
    private static final double NEARLY = 0.75;

    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final int limit;
    private final byte[] rows;
    private final byte[] bodies;
    private final byte[] plain;
    private final byte[] compressed;
    private int rowsLength;
    private int bodiesLength;
    private int entries;
    private int firstBlock;
    private long firstLsn;
    private int lastBlock;
    private long lastLsn;
    private int size;

    FrameBuilder(LayerOptions options) {
        this.limit = options.frameBytes();
        // The rows of patches that change nothing are longer than the patches.
        this.rows = new byte[limit];
        this.bodies = new byte[limit];
        this.plain = new byte[Varint.MAX_INT + limit];
        this.compressed = new byte[(int) Zstd.compressBound(plain.length)];
        zstd.setLevel(options.level()).setContentSize(false).setChecksum(false).setDictID(false);
    }

    boolean isEmpty() {
        return entries == 0;
    }

    boolean isNearlyFull() {
        return rowsLength + bodiesLength > limit * NEARLY;
    }

    /** Whether an entry with a body of so many bytes has room. */
    boolean fits(int length) {
        return rowsLength + bodiesLength + Frame.MAX_ROW + Frame.BASE_CHECK + length <= limit;
    }

    void addImage(int block, long lsn, byte[] page, int hole) {
        int start = bodiesLength;
        bodiesLength = PageImage.put(page, hole, bodies, start);
        addRow(block, lsn, bodiesLength - start << Frame.FLAG_BITS);
    }

    /** @param check of the parent's page, or -1 if the patch is to the entry before */
    void addPatch(int block, long lsn, boolean setsLsn, int check, byte[] patch, int length) {
        int start = bodiesLength;
        if (check >= 0) {
            bodies[bodiesLength++] = (byte) check;
            bodies[bodiesLength++] = (byte) (check >>> 8);
        }
        System.arraycopy(patch, 0, bodies, bodiesLength, length);
        bodiesLength += length;
        addRow(block, lsn, bodiesLength - start << Frame.FLAG_BITS | Frame.PATCH | (setsLsn ? Frame.SETS_LSN : 0));
    }

    private void addRow(int block, long lsn, int tag) {
        if (entries == 0) {
            firstBlock = block;
            firstLsn = lsn;
            lastBlock = block;
            lastLsn = lsn;
        }
        boolean same = entries > 0 && block == lastBlock;
        long step = lsn - lastLsn;
        int at = Varint.put(rows, rowsLength, block - lastBlock);
        at = Varint.put(rows, at, same ? step : Varint.zigzag(step));
        rowsLength = Varint.put(rows, at, tag);
        lastBlock = block;
        lastLsn = lsn;
        entries++;
    }

    int firstBlock() {
        return firstBlock;
    }

    long firstLsn() {
        return firstLsn;
    }

    int lastBlock() {
        return lastBlock;
    }

    /** Compresses what was collected, into {@link #compressed}; returns how many bytes that is. */
    int compress() {
        size = Varint.put(plain, 0, entries);
        System.arraycopy(rows, 0, plain, size, rowsLength);
        size += rowsLength;
        System.arraycopy(bodies, 0, plain, size, bodiesLength);
        size += bodiesLength;
        return zstd.compressByteArray(compressed, 0, compressed.length, plain, 0, size);
    }

    byte[] compressed() {
        return compressed;
    }

    /** How many bytes were compressed. */
    int size() {
        return size;
    }

    void clear() {
        rowsLength = 0;
        bodiesLength = 0;
        entries = 0;
    }

    @Override
    public void close() {
        zstd.close();
    }
}
