package dev.neon.repo.layer;

import static dev.neon.repo.layer.PagePatch.PAGE;

import dev.neon.repo.error.CorruptFileException;
import java.nio.file.Path;

/**
 * A frame of a layer, decompressed: entries of one section, sorted by block and LSN.
 * <pre>
 * varint  entries
 * for each entry
 *   varint  block     less that of the entry before
 *   varint  lsn       less that of the entry before; zigzag where that is another block's
 *   varint  length × 4 + sets-lsn × 2 + patch
 * bodies
 * </pre>
 * The first entry's block and LSN are less those that the index gives, so zero. A body is a {@link PageImage} or a
 * {@link PagePatch} to the entry before. A patch that is its block's first in the frame is to the page that the parent
 * has: the low 16 bits of that page's CRC-32C come before it, so that no other page is taken for it. Where a patch
 * sets the LSN, pd_lsn is the entry's LSN, on the page that is changed already.
 */
final class Frame {
    static final int PATCH = 1;
    static final int SETS_LSN = 2;
    static final int FLAG_BITS = 2;
    /** Bytes before a patch to the parent's page. */
    static final int BASE_CHECK = 2;
    /** The most that an entry's numbers take. */
    static final int MAX_ROW = 5 + 9 + 3;

    private final Path file;
    private final long offset;
    private final byte[] bytes;
    private final int[] blocks;
    private final long[] lsns;
    private final int[] starts;
    private final byte[] flags;

    private Frame(Path file, long offset, byte[] bytes, int entries) {
        this.file = file;
        this.offset = offset;
        this.bytes = bytes;
        this.blocks = new int[entries];
        this.lsns = new long[entries];
        this.starts = new int[entries + 1];
        this.flags = new byte[entries];
    }

    /**
     * Takes a frame apart.
     *
     * @param file   for the messages
     * @param bytes  decompressed; kept
     * @param number the frame's in the index
     */
    static Frame parse(Path file, LayerIndex index, int number, byte[] bytes) {
        Varint numbers = new Varint(bytes, 0, bytes.length);
        int entries = numbers.next(bytes.length / 3);
        if (entries <= 0) {
            throw corrupt(file, index.offset(number), "entries", "none");
        }
        Frame frame = new Frame(file, index.offset(number), bytes, entries);
        frame.readRows(numbers, index.block(number), index.lsn(number));
        return frame;
    }

    private void readRows(Varint numbers, int firstBlock, long firstLsn) {
        int block = firstBlock;
        long lsn = firstLsn;
        long length = 0;
        for (int i = 0; i < blocks.length; i++) {
            int step = numbers.next(Section.BLOCKS);
            long lsnStep = numbers.next();
            int tag = numbers.next((PageImage.MAX << FLAG_BITS) + (1 << FLAG_BITS) - 1);
            boolean same = i > 0 && step == 0;
            boolean first = i == 0 && (step != 0 || lsnStep != 0);
            if (step < 0 || lsnStep < 0 || tag < 0 || first || same && lsnStep == 0) {
                throw corrupt(file, offset, "entries in order", "entry " + i);
            }
            block += step;
            long before = lsn;
            lsn += same ? lsnStep : Varint.unzigzag(lsnStep);
            if (Section.segmentOf(block) != Section.segmentOf(firstBlock)
                    || same && Long.compareUnsigned(lsn, before) <= 0) {
                throw corrupt(file, offset, "entries of one section in order", "entry " + i);
            }
            blocks[i] = block;
            lsns[i] = lsn;
            flags[i] = (byte) (tag & (1 << FLAG_BITS) - 1);
            starts[i] = (int) length;
            length += tag >>> FLAG_BITS;
            if (length > bytes.length) {
                throw corrupt(file, offset, "bodies of " + bytes.length + " bytes", "more");
            }
        }
        starts[blocks.length] = (int) length;
        int bodies = numbers.position();
        if (length != bytes.length - bodies) {
            throw corrupt(file, offset, (bytes.length - bodies) + " bytes of bodies", length + " bytes");
        }
        for (int i = 0; i <= blocks.length; i++) {
            starts[i] += bodies;
        }
    }

    /** What it takes in memory. */
    int weight() {
        return bytes.length + blocks.length * (Integer.BYTES + Long.BYTES + Integer.BYTES + 1) + 128;
    }

    int entries() {
        return blocks.length;
    }

    int block(int entry) {
        return blocks[entry];
    }

    long lsn(int entry) {
        return lsns[entry];
    }

    boolean isPatch(int entry) {
        return (flags[entry] & PATCH) != 0;
    }

    int length(int entry) {
        return starts[entry + 1] - starts[entry];
    }

    /** The newest entry of a block at or below an LSN, or -1. */
    int newest(int block, long lsn) {
        int low = 0;
        int high = blocks.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Integer.compareUnsigned(blocks[middle], block);
            if (order == 0) {
                order = Long.compareUnsigned(lsns[middle], lsn);
            }
            if (order <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high >= 0 && blocks[high] == block ? high : -1;
    }

    /** The entry that a version begins with: the nearest image at or before it, or else its block's first patch. */
    int start(int entry) {
        int start = entry;
        while (isPatch(start) && start > 0 && blocks[start - 1] == blocks[start]) {
            start--;
        }
        return start;
    }

    /** Makes the page that an entry stands for, as {@link PageVersion#rebuild} does. */
    void rebuild(int entry, byte[] page) {
        if (page.length != PAGE) {
            throw new IllegalArgumentException("a page of " + page.length + " bytes");
        }
        int first = start(entry);
        for (int i = first; i <= entry; i++) {
            if ((flags[i] & SETS_LSN) != 0 && i > first) {
                PageHeader.setLsn(page, lsns[i]);
            }
            if (!isPatch(i)) {
                require(PageImage.restore(bytes, starts[i], starts[i + 1], page), i, "an image");
            } else if (i > first) {
                require(PagePatch.apply(bytes, starts[i], starts[i + 1], page), i, "a patch");
            } else {
                applyToBase(i, page);
            }
        }
    }

    private void applyToBase(int entry, byte[] page) {
        int start = starts[entry] + BASE_CHECK;
        require(start <= starts[entry + 1], entry, "a patch");
        int expected = bytes[start - 2] & 0xFF | (bytes[start - 1] & 0xFF) << 8;
        int actual = baseCheck(page);
        if (expected != actual) {
            throw corrupt(file, offset, "block " + Integer.toUnsignedString(blocks[entry])
                    + " of the parent with checksum " + CheckedFile.hex(expected), CheckedFile.hex(actual));
        }
        if ((flags[entry] & SETS_LSN) != 0) {
            PageHeader.setLsn(page, lsns[entry]);
        }
        require(PagePatch.apply(bytes, start, starts[entry + 1], page), entry, "a patch");
    }

    /** The check of a page that a patch lies on. */
    static int baseCheck(byte[] page) {
        return CheckedFile.crc(page, 0, PAGE) & 0xFFFF;
    }

    private void require(boolean holds, int entry, String expected) {
        if (!holds) {
            throw corrupt(file, offset, expected + " of block " + Integer.toUnsignedString(blocks[entry]),
                    "something else");
        }
    }

    private static CorruptFileException corrupt(Path file, long offset, String expected, String actual) {
        return CheckedFile.corrupt(file, offset, expected, actual);
    }

    /** One of its entries as a version of a page. */
    record Version(Frame frame, int entry) implements PageVersion {
        @Override
        public long lsn() {
            return frame.lsn(entry);
        }

        @Override
        public boolean needsBase() {
            return frame.isPatch(frame.start(entry));
        }

        @Override
        public void rebuild(byte[] page) {
            frame.rebuild(entry, page);
        }
    }
}
