package dev.neon.repo.layer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/** Collects the entries of one {@link Frame} after the other. */
final class FrameBuilder implements AutoCloseable {
    /** A frame that is this full ends where a block begins, which saves the image that it costs to end amid one. */
    private static final double NEARLY = 0.75;
    /** About what an entry's numbers take. At their longest they take less than twice that. */
    private static final int NUMBERS = 12;
    /** What is shorter is compressed with what follows, as each part costs a header and tables. */
    private static final int LEAST_PART = 512;
    private static final int PARTS = 5;

    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final LiteralColumns columns = new LiteralColumns();
    private final int limit;
    private final int[] blocks;
    private final long[] lsns;
    private final byte[] flags;
    private final int[] lengths;
    private final int[] literalLengths;
    private final byte[] checks;
    private final byte[] operations;
    private final byte[] literals;
    private final byte[] images;
    private final byte[] plain;
    private final byte[] compressed;
    private int entries;
    private int checksLength;
    private int operationsLength;
    private int literalsLength;
    private int imagesLength;
    /** How much of {@link #plain} is filled, up to where it is compressed, and how long that came out. */
    private int size;
    private int compressedFrom;
    private int compressedLength;

    FrameBuilder(LayerOptions options) {
        this.limit = options.frameBytes();
        int most = limit / NUMBERS + 1;
        this.blocks = new int[most];
        this.lsns = new long[most];
        this.flags = new byte[most];
        this.lengths = new int[most];
        this.literalLengths = new int[most];
        this.checks = new byte[most * Frame.BASE_CHECK];
        this.operations = new byte[limit];
        this.literals = new byte[limit];
        this.images = new byte[limit];
        this.plain = new byte[2 * limit];
        this.compressed = new byte[(int) Zstd.compressBound(plain.length) + PARTS * (int) Zstd.compressBound(0)];
        zstd.setLevel(options.level()).setContentSize(false).setChecksum(false).setDictID(false);
    }

    boolean isEmpty() {
        return entries == 0;
    }

    private int filled() {
        return entries * NUMBERS + checksLength + operationsLength + literalsLength + imagesLength;
    }

    boolean isNearlyFull() {
        return filled() > limit * NEARLY;
    }

    /** Whether an entry with an image or a patch of so many bytes has room. */
    boolean fits(int length) {
        return filled() + NUMBERS + Frame.BASE_CHECK + length <= limit;
    }

    void addImage(int block, long lsn, byte[] page, int hole) {
        int start = imagesLength;
        imagesLength = PageImage.put(page, hole, images, start);
        add(block, lsn, 0, imagesLength - start, 0);
    }

    /** @param check of the parent's page, unsigned, or -1 if the patch is to the entry before */
    void addPatch(int block, long lsn, boolean setsLsn, long check, PatchDraft patch) {
        for (int i = 0; check >= 0 && i < Frame.BASE_CHECK; i++) {
            checks[checksLength++] = (byte) (check >>> Byte.SIZE * i);
        }
        operationsLength = patch.putOperations(operations, operationsLength);
        literalsLength = patch.putLiterals(literals, literalsLength);
        add(block, lsn, Frame.PATCH | (setsLsn ? Frame.SETS_LSN : 0) | patch.flags(), patch.operationsLength(),
                patch.literalsLength());
    }

    private void add(int block, long lsn, int flag, int length, int literalLength) {
        blocks[entries] = block;
        lsns[entries] = lsn;
        flags[entries] = (byte) flag;
        lengths[entries] = length;
        literalLengths[entries] = literalLength;
        entries++;
    }

    int firstBlock() {
        return blocks[0];
    }

    long firstLsn() {
        return lsns[0];
    }

    int lastBlock() {
        return blocks[entries - 1];
    }

    /** Compresses what was collected, into {@link #compressed}; returns how many bytes that is. */
    int compress() {
        size = 0;
        compressedFrom = 0;
        compressedLength = 0;
        int shift = lsnShift();
        putNumber((long) entries << 1 | (shift > 0 ? 1 : 0));
        put(flags, entries);
        for (int i = 0; i < entries; i++) {
            putNumber(blocks[i] - blocks[Math.max(i - 1, 0)]);
        }
        for (int i = 0; i < entries; i++) {
            putNumber(lengths[i]);
        }
        for (int i = 0; i < entries; i++) {
            if ((flags[i] & Frame.PATCH) != 0) {
                putNumber(literalLengths[i]);
            }
        }
        endPart();
        for (int i = 0; i < entries; i++) {
            int before = Math.max(i - 1, 0);
            long step = lsns[i] - lsns[before] >> shift;
            putNumber(i > 0 && blocks[i] == blocks[before] ? step : Varint.zigzag(step));
        }
        put(checks, checksLength);
        endPart();
        put(operations, operationsLength);
        endPart();
        columns.put(literals, literalLengths, entries, plain, size);
        size += literalsLength;
        endPart();
        put(images, imagesLength);
        if (size > compressedFrom) {
            compressPart();
        }
        return compressedLength;
    }

    private int lsnShift() {
        long bits = 0;
        for (int i = 1; i < entries; i++) {
            bits |= lsns[i] - lsns[0];
        }
        return (bits & (1 << Frame.LSN_SHIFT) - 1) == 0 ? Frame.LSN_SHIFT : 0;
    }

    private void putNumber(long number) {
        size = Varint.put(plain, size, number);
    }

    private void put(byte[] bytes, int length) {
        System.arraycopy(bytes, 0, plain, size, length);
        size += length;
    }

    private void endPart() {
        if (size - compressedFrom >= LEAST_PART) {
            compressPart();
        }
    }

    private void compressPart() {
        compressedLength += zstd.compressByteArray(compressed, compressedLength, compressed.length - compressedLength,
                plain, compressedFrom, size - compressedFrom);
        compressedFrom = size;
    }

    byte[] compressed() {
        return compressed;
    }

    /** How many bytes were compressed. */
    int size() {
        return size;
    }

    void clear() {
        entries = 0;
        checksLength = 0;
        operationsLength = 0;
        literalsLength = 0;
        imagesLength = 0;
    }

    @Override
    public void close() {
        zstd.close();
    }
}
